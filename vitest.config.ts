import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'eval/**/*.test.ts', 'scripts/**/*.test.ts'],
    setupFiles: ['src/same-examples-in-ci.fixture.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
