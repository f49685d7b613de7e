// What tests have in place of fast-check: itself, drawing the same examples each time (vitest.config.ts).
import fc from '../node_modules/fast-check/lib/fast-check.js';

fc.configureGlobal({ seed: 1 });

export * from '../node_modules/fast-check/lib/fast-check.js';
export { fc as default };
