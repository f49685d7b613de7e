import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Two workers: the machine that runs the tests is assumed to have two cores.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    alias: [
      { find: /^fast-check$/, replacement: fileURLToPath(new URL('tests/fast-check.ts', import.meta.url)) },
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
