import { expect, test } from 'vitest';
import type { Frame, LossRecord } from '../../log/document.js';
import { learnOwners, ownershipOf } from './frame-owner.js';

function frame(name: string | null, place: string | null = null, address: string | null = null): Frame {
  const inObject = place?.includes('.so') === true;
  return {
    function: name,
    file: inObject ? null : place,
    line: null,
    column: null,
    object: inObject ? place : null,
    address,
  };
}

const learnFrom = (...frames: Frame[]) => learnOwners([{ frames } as unknown as LossRecord]);

test.each([
  ['__interceptor_malloc', null, 'allocator'],
  ['operator new(unsigned long)', null, 'allocator'],
  ['malloc', '/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so', 'allocator'],
  ['strdup', 'strdup.c', 'handover'],
  ['std::vector<Cup>::push_back(Cup const&)', 'stl_vector.h', 'handover'],
  ['_dl_new_object', 'dl-object.c', 'initialiser'],
  ['getpwnam', 'getXXbyYY.c', 'initialiser'],
  ['getpwnam_r@@GLIBC_2.2.5', 'getXXbyYY_r.c', 'initialiser'],
  ['_PyObject_GC_Malloc', 'gcmodule.c', 'interpreter'],
  ['list_resize', 'Objects/listobject.c', 'interpreter'],
  [null, '/usr/lib/python3/lib-dynload/_ctypes.cpython-311-x86_64-linux-gnu.so', 'interpreter'],
  ['SSL_new', null, 'library'],
  ['OS_LibInit', '/usr/lib/x86_64-linux-gnu/libfcgi.so.0.0.0', 'library'],
  ['clone', 'clone.S', 'starter'],
  ['handle_connect', '/opt/broker/lib/libbroker.so.1', 'program'],
  ['main', 'main.c', 'program'],
  ['rb_node_new', 'rbtree.c', 'program'],
  ['dlopen_plugin', '../src/plugin.c', 'program'],
  ['handle_connect', './string/broker.c', 'program'],
  [null, null, 'program'],
])('%s in %s is of kind %s', (name, place, owner) => {
  expect(learnFrom()(frame(name, place))).toBe(owner);
});

test('private functions of an interpreter are known by the public ones in the same file', () => {
  const ownerOf = learnFrom(frame('PyEval_EvalFrameEx', 'ceval.c', '0x4BDD000'));
  expect(ownerOf(frame('call_function', 'ceval.c', '0x4BDD423'))).toBe('interpreter');
  expect(ownerOf(frame('call_function', 'ceval.c'))).toBe('interpreter');
});

test('a file of the same name in another library is another file', () => {
  const ownerOf = learnFrom(frame('PyObject_Hash', 'object.c', '0x4BDD000'));
  expect(ownerOf(frame('make_object', 'object.c', '0x4890000'))).toBe('program');
});

test('the first frame that does not just hand memory on owns the block', () => {
  const ownerOf = learnFrom();
  const [malloc, strdup, own, main] = [frame('malloc'), frame('strdup'), frame('remember'), frame('main')];
  const python = frame('PyDict_New');
  expect(ownershipOf([malloc, strdup, own, python, main], ownerOf)).toEqual({
    owner: 'program',
    own: [own, main],
    byLibrary: false,
  });
  expect(ownershipOf([malloc, python, own, main], ownerOf).owner).toBe('interpreter');
  expect(ownershipOf([malloc, frame('SSL_new'), own], ownerOf)).toMatchObject({
    owner: 'program',
    byLibrary: true,
  });
  expect(ownershipOf([malloc, frame('SSL_new')], ownerOf).owner).toBe('library');
});
