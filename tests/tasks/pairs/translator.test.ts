import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSchema } from '../../../src/decode/config.ts';
import { buildTranslationGraph } from '../../../src/decode/translation-graph.ts';
import { Session } from '../../../src/runtime/session.ts';
import { Translator, type TranslatorOptions } from '../../../src/tasks/pairs/translator.ts';
import { buildSmallModel, ids, VOCAB_SIZE } from '../../decode/small-model.ts';

const MAX_LENGTH = 12;
let session: Session;
let peakBytes: TranslatorOptions['peakBytes'];

beforeAll(async () => {
  const { model, weights } = buildSmallModel({ maxLength: MAX_LENGTH });
  const decode = decodeSchema.parse({ beamSize: 3, nBest: 2 });
  const graph = buildTranslationGraph(model, { decode, ids, weights });
  session = await Session.create(graph.model, { threads: 1 });
  peakBytes = graph.peakBytes;
});
afterAll(() => session.release());

/** Words are letters, ids from 3 on. */
const options = (): TranslatorOptions => ({
  session,
  encode: (line) =>
    Array.from(line.replaceAll(' ', ''), (c) => 3 + ((c.charCodeAt(0) - 97) % (VOCAB_SIZE - 3))),
  decode: (tokens) => tokens.map((id) => String.fromCharCode(94 + id)).join(' '),
  ids,
  maxLength: MAX_LENGTH,
  batchTokens: 24,
  peakBytes,
});

test('lines keep their order; each is translated as it would be alone', async () => {
  const lines = ['a b c', 'd', '', 'e f g h i', ' \t', 'b a', 'c', 'a b c', 'k l m n o p q r'];
  const progress: [number, number][] = [];
  const translator = new Translator(options());
  const results = await translator.translate(lines, (done, total) => progress.push([done, total]));
  expect(results).toHaveLength(lines.length);
  for (const [i, line] of lines.entries()) {
    const [alone] = await translator.translate([line]);
    expect(results[i]!.map(({ text, ids }) => ({ text, ids }))).toEqual(
      alone!.map(({ text, ids }) => ({ text, ids })),
    );
  }
  expect(results[0]).toHaveLength(2);
  expect(results[0]![0]!.score).toBeGreaterThanOrEqual(results[0]![1]!.score);
  expect(results[0]![0]!.text).toBe(options().decode(results[0]![0]!.ids));
  expect(progress.length).toBeGreaterThan(2);
  expect(progress.at(-1)).toEqual([lines.length, lines.length]);
  expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).toSorted((a, b) => a - b));
});

test('lines without tokens give the empty text and run nothing', async () => {
  const unreachable = () => {
    throw new Error('must not run');
  };
  const idle = { run: unreachable } as unknown as Session;
  const empty = [{ text: '', score: 0, ids: [] }];
  const blank = new Translator({ ...options(), session: idle, encode: unreachable });
  expect(await blank.translate(['', '   ', '\u00a0'])).toEqual([empty, empty, empty]);
  const tokenless = new Translator({ ...options(), session: idle, encode: () => [] });
  expect(await tokenless.translate(['\u200b'])).toEqual([empty]);
  expect(await blank.translate([])).toEqual([]);
});

test('what the model has no place for is cut and reported', async () => {
  const cut: [number, number][] = [];
  const translator = new Translator({
    ...options(),
    onTruncated: (line, tokens) => cut.push([line, tokens]),
  });
  const [fits, long, kept] = await translator.translate(['abc', 'abcdefghijklmnop', 'abcdefghijk']);
  expect(cut).toEqual([[1, 16]]);
  expect(fits!.length).toBeGreaterThan(0);
  expect(long!.map((h) => h.ids)).toEqual(kept!.map((h) => h.ids));
});
