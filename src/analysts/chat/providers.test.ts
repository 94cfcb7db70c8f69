import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { accessTo, readEnvironment } from './providers.js';

afterEach(() => vi.unstubAllEnvs());

test('a .env file stands below the environment, and nothing set is nothing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'leaktrail-'));
  await writeFile(
    path.join(folder, '.env'),
    'OPENAI_API_KEY=from-file\nOPENAI_BASE_URL=http://file/v1\nMINE=file\n',
  );
  vi.stubEnv('OPENAI_API_KEY', '');
  vi.stubEnv('OPENAI_BASE_URL', 'http://environment/v1');
  const environment = readEnvironment(folder);
  expect(environment).toMatchObject({
    OPENAI_API_KEY: 'from-file',
    OPENAI_BASE_URL: 'http://environment/v1',
    MINE: 'file',
  });
  expect(process.env.MINE).toBeUndefined();
  await rm(folder, { recursive: true });
  expect(readEnvironment(folder)).not.toHaveProperty('MINE');
});

test('provider, model, key and server', () => {
  const access = accessTo('openai:org/model:tag', {}, { OPENAI_API_KEY: ' key ' });
  expect(access).toMatchObject({
    provider: { name: 'openai' },
    model: 'org/model:tag',
    key: 'key',
    baseUrl: null,
  });
  expect(accessTo('google-genai:m', {}, { GEMINI_API_KEY: 'second' }).key).toBe('second');
  expect(accessTo('ollama:llama3', {}, {}).key).toBeNull();
  expect(accessTo('openai:m', { keyVariable: 'MINE' }, { MINE: 'mine', OPENAI_API_KEY: 'other' }).key).toBe(
    'mine',
  );
});

test('a login in a base URL is refused before it can be shown', () => {
  const told = () => accessTo('openai:m', {}, { OPENAI_BASE_URL: 'http://bob:hunter2@localhost/v1' });
  expect(told).toThrow('the base URL of openai:m holds a login, which cannot be sent');
  expect(accessTo('openai:m', {}, { OPENAI_BASE_URL: 'http://localhost/v1/@me' }).baseUrl).toBe(
    'http://localhost/v1/@me',
  );
});

test('only a server on this machine is without a key', () => {
  for (const baseUrl of ['http://localhost:8000/v1', 'http://127.0.0.1/v1', 'http://[::1]:1/v1']) {
    expect(accessTo('openai:m', { baseUrl }, {}).key).toBeNull();
  }
  for (const baseUrl of ['http://localhost.example.org/v1', 'no url']) {
    expect(() => accessTo('openai:m', { baseUrl }, {})).toThrow('OPENAI_API_KEY is not set');
  }
});
