// StrykerJS over one room of src/, judged by that room's tests; by hand, see docs/testing.md.
//   ROOM=optim npx stryker run tests/bench/mutation.config.mjs
const { ROOM: room, FILES: files } = process.env;
if (room === undefined) throw new Error('set ROOM to a folder of src/');

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tests/bench/mutation.vitest.config.ts', related: false },
  mutate: (files ?? `src/${room}/**/*.ts`).split(','),
  // Texts are for people: tests hold the ones that matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  // What runs when a module is loaded (schemas, tables) would need all tests anew for each change.
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // A loop without end, not a busy machine.
  timeoutMS: 60_000,
  incremental: true,
  incrementalFile: `.stryker/${room}.json`,
  tempDirName: `.stryker/sandbox-${room}`,
  ignorePatterns: ['.stryker', 'dist', 'runs'],
  reporters: ['progress-append-only', 'clear-text', 'json'],
  jsonReporter: { fileName: `.stryker/report-${room}.json` },
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  thresholds: { high: 100, low: 0, break: null },
};
