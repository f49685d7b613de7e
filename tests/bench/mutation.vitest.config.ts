// The tests of one room, for the mutation tool.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: [`tests/${process.env.ROOM}/**/*.test.ts`], testTimeout: 60_000 },
});
