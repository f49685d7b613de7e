// Labelled text of all kinds, and what is asked of runs that were trained on it.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import {
  CLASSIFICATION_CONFIG,
  lines,
  REGRESSION_CONFIG,
  removeFixture,
  SCORES,
  SETS,
  SETS_CONFIG,
  TABLE,
  TAGGING_CONFIG,
  TAGS,
  trainFixture,
} from './material.ts';

const hunt = new Hunt();
let fixture: string;
let ofRun: Hunt;
beforeAll(async () => {
  fixture = await trainFixture(CLASSIFICATION_CONFIG, { 'table.csv': TABLE });
  ofRun = new Hunt(fixture);
});
afterAll(() => {
  hunt.remove();
  ofRun.remove();
  removeFixture(fixture);
});

/** The kinds: a config, the file that it reads, and what is sound in it. */
const KINDS = [
  [CLASSIFICATION_CONFIG, 'table.csv', TABLE],
  [REGRESSION_CONFIG, 'table.csv', SCORES],
  [SETS_CONFIG, 'table.jsonl', SETS],
  [TAGGING_CONFIG, 'tags.txt', TAGS],
] as const;

const odd = fc.array(oddText, { maxLength: 6 }).map(lines);
const oddTable = fc
  .array(fc.tuple(oddText, fc.constantFrom('en', 'de', '', '1e400', '-0', 'NaN', '[', '["a"')), {
    maxLength: 6,
  })
  .map(
    (rows) =>
      `text,label\n${rows.map(([a, b]) => `"${a.replaceAll('"', '""')}","${b.replaceAll('"', '""')}"\n`).join('')}`,
  );

test(
  'training on odd rows',
  async () => {
    const trials = KINDS.flatMap(([config, file, sound], k): Trial[] => {
      const content = fc.oneof(
        damaged(Buffer.from(sound)),
        odd,
        oddTable,
        fc.constantFrom('', '\n\n', '{}\n', 'a b\n'),
      );
      return sample(content, 12).map((bytes, i) => ({
        name: `kind ${k} rows ${i}`,
        argv: ['train', '{}/config.yaml', '--run', '{}/run', '--set', 'training.maxSteps=1'],
        // A text in which braces stand for the folder would not be what it says.
        files: { [file]: Buffer.from(bytes), 'config.yaml': config },
      }));
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'what is asked of a run',
  async () => {
    const stdin = fc.oneof(
      odd,
      damaged(Buffer.from(TABLE)),
      fc.constantFrom('', '\n', 'a\tb\n', 'x'.repeat(200_000)),
    );
    const options = fc.constantFrom(
      [],
      ['--json'],
      ['-i', '{}/table.csv', '--text', 'text', '--label', 'label'],
      ['-i', '{}/table.csv', '--score', '--json'],
      ['-i', '{}/table.csv', '--score', '-o', '{}/out.txt'],
      ['-i', '{}/odd.tsv', '--text', '0', '--label', '1', '--score'],
      ['-i', '{}/odd.jsonl', '--text', 'text'],
      ['-i', '{}/none.csv', '--score'],
      ['--score'],
      ['--pair', 'x', '-i', '{}/table.csv'],
      ['a text', '', 'another'],
    );
    const trials = sample(fc.tuple(stdin, options, fc.boolean()), 40).map(
      ([bytes, given, isOdd], i): Trial => {
        const content = Buffer.from(bytes);
        const files = { 'odd.tsv': content, 'odd.jsonl': content, ...(isOdd && { 'table.csv': content }) };
        return {
          name: `classify ${i} ${given.join(' ')}`,
          argv: ['classify', '{}/run', ...given],
          stdin: content,
          files,
        };
      },
    );
    expect(await ofRun.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'damaged files of a run',
  async () => {
    const content = fc.oneof(
      fc.constantFrom('', '[]', '["a"]', '["en","de","fr"]', '{"mean":1}', 'null', '["en",1]', '[["en"]]'),
      fc.json(),
    );
    const trials = sample(content, 16).map(
      (text, i): Trial => ({
        name: `classes ${i}`,
        argv: ['classify', '{}/run'],
        stdin: 'A cat.\n',
        files: { 'run/classes.json': Buffer.from(text) },
      }),
    );
    expect(await ofRun.run(trials)).toEqual([]);
  },
  PATIENCE,
);
