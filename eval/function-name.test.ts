import { expect, test } from 'vitest';
import { functionName } from './function-name.js';

test.each([
  ['qd_dealloc', 'qd_dealloc'],
  ['  `qd_dealloc()` ', 'qd_dealloc'],
  ['std::vector<int, std::allocator<int> >::push_back(int const&)', 'std::vector::push_back'],
  ['(anonymous namespace)::Pool::get(unsigned long)', '(anonymous namespace)::Pool::get'],
  ['ns::(anonymous namespace)::get(int)', 'ns::(anonymous namespace)::get'],
  ['(below main)', '(below main)'],
  ['operator new(unsigned long)', 'operator new'],
  ['Key::operator<(Key const&) const', 'Key::operator<'],
  ['std::ostream::operator<< <int>(int)', 'std::ostream::operator<<'],
  ['Task::operator()(int)', 'Task::operator()'],
  ['Ptr<int>::operator->()', 'Ptr::operator->'],
  ['cooperator<int>(int)', 'cooperator'],
  ['parse.isra.0', 'parse'],
  ['parse.part.3.constprop.1', 'parse'],
  ['pthread_create@@GLIBC_2.2.5', 'pthread_create'],
  ['???', '???'],
  ['', ''],
])('%s reads %s', (written, name) => {
  expect(functionName(written)).toBe(name);
});
