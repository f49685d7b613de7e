import { describe, expect, it } from 'vitest';
import { beamSearch } from '../../src/decode/beam-search.ts';
import { buildGrammarConstraint, type GrammarTokens, SLOT } from '../../src/decode/grammar-constraint.ts';
import { mulDims } from '../../src/graph/dim.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { add } from '../../src/graph/ops/elementwise.ts';
import { gather } from '../../src/graph/ops/indexing.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { type LinearizationName, linearizations } from '../../src/trees/linearize.ts';
import { advanceGrammar, allowedClasses, END, startGrammar } from '../../src/trees/linearize-grammar.ts';
import { countRepairs } from '../../src/trees/repair.ts';
import { words as wordsOf } from '../../src/trees/tree.ts';
import { Rng } from '../../src/util/rng.ts';

const ids = { padId: 0, bosId: 1, eosId: 2 };
const MAX_LIMIT = 40;
const FILLER = '·';
// Source ids from 3 on: two first pieces of words, two other pieces.
const SLOTS = [SLOT.end, SLOT.piece, SLOT.end, SLOT.word, SLOT.word, SLOT.piece, SLOT.piece];

const VOCABULARIES: Record<LinearizationName, string[]> = {
  compact: [FILLER, 'junk', ...'l rNP lVP l(S l)* l(NP r(S r)* r)VP lNP(S rS+VP)* r lX'.split(' ')],
  vinyals: ['junk', '(S', ')S', '(NP', ')NP', 'XX'],
  tagged: ['S', '/S', 'NP', '/NP', 'NN', 'VB'],
};

interface Found {
  tokens: string[];
  score: number;
}

/** A search over logits that the last token and the position decide, at random; `bias` is added to single tokens. */
async function search(
  name: LinearizationName,
  sources: readonly number[][],
  options: {
    beamSize: number;
    extra: number;
    seed?: number;
    bias?: Record<string, number>;
    vocabulary?: string[];
  },
): Promise<Found[][]> {
  const { beamSize, extra, seed = 1, bias = {}, vocabulary = VOCABULARIES[name] } = options;
  const tokens = ['<pad>', '<s>', '</s>', '<unk>', ...vocabulary];
  const { grammar, classOf } = linearizations[name];
  const known = new Set(vocabulary);
  const filler = tokens.indexOf(FILLER);
  const description: GrammarTokens = {
    grammar,
    classes: tokens.map((token, id) =>
      id === ids.eosId ? END : id < 4 || id === filler ? undefined : classOf(token, known),
    ),
    slots: SLOTS,
    filler: filler < 0 ? undefined : filler,
  };
  const rng = Rng.fromSeed(seed);
  const table = (rows: number) =>
    Array.from({ length: rows * tokens.length }, (_, i) =>
      Math.fround(2 * rng.normal() + (bias[tokens[i % tokens.length]!] ?? 0)),
    );
  const [byLast, byPosition] = [table(tokens.length), table(MAX_LIMIT)];

  const graph = new Graph();
  const src = graph.input('src', 'int32', ['B', 'S']);
  const rows = mulDims('B', beamSize);
  const constraint = buildGrammarConstraint(description)(graph, src, beamSize);
  const constant = (data: number[]) =>
    graph.constant(data, [data.length / tokens.length, tokens.length], 'float32');
  const problem = {
    limits: graph.input('limits', 'int64', ['B']),
    maxLimit: MAX_LIMIT,
    state: constraint.state,
    step: (last: Value, position: Value, state: Value[]) => {
      const logits = add(gather(constant(byLast), last), gather(constant(byPosition), position));
      const after = constraint.step(last, position, state);
      expect(after.bias.shape).toEqual([rows, tokens.length]);
      return { logits: add(logits, after.bias), state: after.state };
    },
  };
  const outputs = { ...beamSearch(graph, problem, { beamSize, lengthPenalty: 0, nBest: beamSize, ids }) };
  const session = await Session.create(exportModel(graph, { outputs }).model, { threads: 1 });
  const length = Math.max(...sources.map((source) => source.length)) + 1;
  const padded = sources.flatMap((source) => [
    ...source,
    ids.eosId,
    ...Array<number>(length - source.length - 1).fill(ids.padId),
  ]);
  const { sequences, scores, lengths } = await session.run({
    src: new Tensor('int32', Int32Array.from(padded), [sources.length, length]),
    limits: new Tensor(
      'int64',
      BigInt64Array.from(sources, (source) => BigInt(Math.min(source.length + 1 + extra, MAX_LIMIT))),
      [sources.length],
    ),
  });
  await session.release();
  const steps = sequences!.dims[2]!;
  return sources.map((_, b) =>
    Array.from({ length: beamSize }, (_, n): Found => {
      const at = b * beamSize + n;
      const found = Array.from((sequences!.data as Int32Array).subarray(at * steps, (at + 1) * steps));
      return {
        tokens: found.slice(0, (lengths!.data as Int32Array)[at]!).map((id) => tokens[id]!),
        score: (scores!.data as Float32Array)[at]!,
      };
    }).filter(({ score }) => score > Number.NEGATIVE_INFINITY),
  );
}

/** Words of one to three pieces. */
function randomSource(rng: Rng, words: number): number[] {
  return Array.from({ length: words }, () => [
    3 + rng.int(2),
    ...Array.from({ length: rng.int(3) }, () => 5 + rng.int(2)),
  ]).flat();
}

const countWords = (source: readonly number[]) => source.filter((id) => SLOTS[id] === SLOT.word).length;

/** Steps through the grammar, which throws where it does not allow a token, up to its end. */
function expectAccepted(
  name: LinearizationName,
  tokens: readonly string[],
  words: number,
  vocabulary = VOCABULARIES[name],
) {
  const { grammar, classOf } = linearizations[name];
  const known = new Set(vocabulary);
  const state = tokens.reduce(
    (state, token) => advanceGrammar(grammar, state, classOf(token, known)!),
    startGrammar(words),
  );
  expect(allowedClasses(grammar, state)).toContain(END);
  expect(state.left).toBe(0);
}

describe('aligned with the source', () => {
  it.each([0, 7])('every hypothesis is a tree over the words, with %i steps to spare', async (extra) => {
    for (let seed = 0; seed < 4; seed++) {
      const rng = Rng.fromSeed(seed);
      const sources = [1, 2, 3, 5, 8].map((words) => randomSource(rng, words));
      const results = await search('compact', sources, { beamSize: 4, extra, seed });
      for (const [b, source] of sources.entries()) {
        const words = countWords(source);
        // One word alone may be "l", "lVP" or "lX": three trees, where four were asked for.
        expect(results[b]).toHaveLength(words === 1 ? 3 : 4);
        for (const { tokens } of results[b]!) {
          expect(tokens.map((token) => token === FILLER)).toEqual(
            source.map((id) => SLOTS[id] === SLOT.piece),
          );
          const spoken = tokens.filter((token) => token !== FILLER);
          expectAccepted('compact', spoken, words);
          const names = spoken.map((_, i) => `w${i}`);
          const { tree, repairs } = linearizations.compact.delinearize(spoken, names);
          expect(wordsOf(tree)).toEqual(names);
          expect(countRepairs(repairs)).toBe(0);
        }
      }
    }
  });

  it('a beam that is wide enough finds every tree, and nothing else', async () => {
    const vocabulary = [FILLER, 'l(S', 'l)*', 'r(S', 'r)*', 'l', 'r', 'rX'];
    const { grammar, classOf } = linearizations.compact;
    const trees: string[] = [];
    const visit = (tokens: string[], state: ReturnType<typeof startGrammar>) => {
      const allowed = allowedClasses(grammar, state);
      if (allowed.includes(END)) trees.push(tokens.join(' '));
      for (const token of vocabulary) {
        const tokenClass = classOf(token, new Set());
        if (tokenClass !== undefined && allowed.includes(tokenClass)) {
          visit([...tokens, token], advanceGrammar(grammar, state, tokenClass));
        }
      }
    };
    visit([], startGrammar(4));
    const [found] = await search('compact', [[3, 4, 3, 4]], { beamSize: 40, extra: 0, vocabulary });
    expect(found!.map(({ tokens }) => tokens.join(' ')).sort()).toEqual(trees.sort());
    // Scores are log-probabilities among what is allowed.
    expect(found!.reduce((sum, { score }) => sum + Math.exp(score), 0)).toBeCloseTo(1, 4);
  });

  it('ends with the source even where the vocabulary has no token that fits', async () => {
    const vocabulary = [FILLER, 'l(S', 'r', 'r)*'];
    // A lone word needs "l", three words need "l)*" or "r(".
    const sources = [[3, 5], [3, 4], randomSource(Rng.fromSeed(4), 3)];
    const results = await search('compact', sources, { beamSize: 2, extra: 9, vocabulary });
    for (const [b, source] of sources.entries()) {
      expect(results[b]!.length).toBeGreaterThan(0);
      for (const { tokens } of results[b]!) expect(tokens.length).toBeLessThanOrEqual(source.length);
    }
    expect(results[1]!.map(({ tokens }) => tokens)).toEqual([['l(S', 'r']]);
  });
});

describe.each(['vinyals', 'tagged'] as const)('%s', (name) => {
  // Opening is made unlikely, or random sequences would go deeper and deeper.
  const bias = { '(S': -2, '(NP': -2, S: -2, NP: -2 };

  it('every hypothesis is a sequence of the grammar with as many leaves as words', async () => {
    for (let seed = 0; seed < 4; seed++) {
      const rng = Rng.fromSeed(seed);
      const sources = [1, 2, 4, 6].map((words) => randomSource(rng, words));
      const results = await search(name, sources, { beamSize: 3, extra: MAX_LIMIT, seed, bias });
      for (const [b, source] of sources.entries()) {
        expect(results[b]).toHaveLength(3);
        for (const { tokens } of results[b]!) {
          const words = countWords(source);
          expectAccepted(name, tokens, words);
          const names = Array.from({ length: words }, (_, i) => `w${i}`);
          const { tree, repairs } = linearizations[name].delinearize(tokens, names, {
            vocabulary: new Set(VOCABULARIES[name]),
          });
          expect(wordsOf(tree)).toEqual(names);
          // Which label is closed is the one thing that it cannot know; it may be the root's.
          expect(repairs).toMatchObject({ unknown: 0, extra: 0, missing: 0 });
        }
      }
    }
  });

  it('with one label needs no repairs', async () => {
    const vocabulary = VOCABULARIES[name].filter((token) => !token.includes('NP'));
    const source = randomSource(Rng.fromSeed(1), 5);
    const [found] = await search(name, [source], { beamSize: 5, extra: MAX_LIMIT, bias, vocabulary });
    for (const { tokens } of found!) {
      const words = Array<string>(5).fill('w');
      const options = { vocabulary: new Set(vocabulary) };
      expect(countRepairs(linearizations[name].delinearize(tokens, words, options).repairs)).toBe(0);
    }
  });
});
