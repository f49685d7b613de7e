// Command lines: options with values that they were not made for, options of other commands, files that are none.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yargs from 'yargs';
import { loadCommands } from '../../src/commands/index.ts';
import { Hunt, PATIENCE, sample, type Trial } from './harness.ts';
import { removeFixture, TREES, trainFixture } from './material.ts';

let fixture: string;
let hunt: Hunt;
beforeAll(async () => {
  fixture = await trainFixture();
  hunt = new Hunt(fixture);
});
afterAll(() => {
  hunt.remove();
  removeFixture(fixture);
});

/** Commands with arguments that work, to which others are added. */
const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['translate', '{}/run', '-i', '{}/train.en'],
  ['eval-bleu', '--hyp', '{}/train.de', '--ref', '{}/train.de'],
  ['eval-parse', '{}/trees.mrg', '{}/trees.mrg'],
  ['tree', '{}/trees.mrg'],
  ['config', '{}/config.yaml'],
  ['train', '{}/config.yaml', '--run', '{}/run', '--resume'],
  ['bench', 'train', '--config', '{}/bench.yaml'],
  ['bench', 'scale', '--config', '{}/bench.yaml'],
  ['parse', '{}/run', '{}/train.en'],
  ['report', '{}/run', '--out', '{}/out.html'],
  ['classify', '{}/run', '-i', '{}/train.en'],
  ['inspect', '{}/run', '-i', 'A cat.', '--threads', '1'],
  ['tokenizer', 'inspect', '{}/run', '{}/train.en'],
  ['rasp', 'run', 'sort', '--input', '3 1 2 ='],
];
const BENCH = `model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 8, dFf: 8, numHeads: 2 }
threads: 1
vocabSize: 20
batchSentences: 2
srcLength: 4
tgtLength: 4
optimizer: { type: adam }
steps: 1
warmupSteps: 1
`;

const VALUES = [
  ...[
    '',
    '0',
    '-1',
    '1',
    '1.5',
    '1e9',
    '1e308',
    'NaN',
    'Infinity',
    'x',
    'true',
    '-',
    '--',
    '../..',
    '/dev/null',
    '/dev/full',
    '/proc/self/mem',
  ],
  ...[
    '{}',
    '{}/none',
    '{}/none/x',
    '{}/train.en/x',
    '{}/train.en',
    '{}/config.yaml',
    '{}/run',
    '\u0000',
    'a=b',
    '=',
    '💥',
    'a'.repeat(5000),
    '13a',
    'ter',
    'json',
    'en-de',
  ],
];

/** The options that a command declares. */
async function optionsOf(name: string): Promise<string[]> {
  const command = (await loadCommands(name)).find(({ command }) => command.split(' ')[0] === name)!;
  const built = command.builder(yargs()) as ReturnType<typeof yargs> & { getOptions(): { key: object } };
  return Object.keys(built.getOptions().key).filter((key) => !['help', 'version'].includes(key));
}

test(
  'options',
  async () => {
    const trials: Trial[] = [];
    for (const [name, ...base] of COMMANDS) {
      const options = [...(await optionsOf(name)), 'none', 'help', 'q'];
      const given = fc.array(fc.tuple(fc.constantFrom(...options), fc.option(fc.constantFrom(...VALUES))), {
        minLength: 1,
        maxLength: 3,
      });
      for (const chosen of sample(given, 18)) {
        const added = chosen.flatMap(([key, value]) => [
          `${key.length > 1 ? '--' : '-'}${key}`,
          ...(value === null ? [] : [value]),
        ]);
        // Many resamples of six lines take as long as of many.
        if (/-n$/.test(added.join(' ')) && added.includes('1e9')) continue;
        const files = { 'trees.mrg': TREES, 'bench.yaml': BENCH };
        const argv = [name, ...base, ...added];
        trials.push({ name: argv.join(' ').slice(0, 200), argv, files, stdin: 'A cat.\n', isConfig: true });
      }
    }
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
