import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type SentenceResult, summarize } from '../../src/trees/evalb.ts';
import { type EvalbParameters, parameterSets, parseParameters } from '../../src/trees/evalb-parameters.ts';
import { formatReport } from '../../src/trees/evalb-report.ts';
import type { Tree } from '../../src/trees/tree.ts';

const { bare, collins } = parameterSets;

function report(gold: readonly string[], test: readonly string[], parameters: EvalbParameters): string {
  const results = gold.map((line, at) => evaluate(line, test[at], parameters));
  return formatReport(results, parameters);
}

interface Case {
  name: string;
  parameters: string;
  pairs: [string, string][];
  output: string;
}

describe('prints what the C program prints for invented and damaged trees', () => {
  const golden = new URL('../reference/goldens/evalb.json.gz', import.meta.url);
  const { cases } = JSON.parse(gunzipSync(readFileSync(golden)).toString()) as { cases: Case[] };
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, { name, parameters, pairs, output }) => {
    const [gold, test] = [0, 1].map((side) => pairs.map((pair) => pair[side]!)) as [string[], string[]];
    const rows = report(gold, test, parseParameters(parameters, name)).split('\n');
    expect(rows).toEqual(output.split('\n'));
  });
});

it('says that a sentence has too many brackets to be compared', () => {
  const chain = (depth: number) => `${'(X '.repeat(depth)}(N a)${')'.repeat(depth)}`;
  expect(evaluate(chain(5000), chain(5000), bare)).toMatchObject({ status: 'ok', matched: 5000 });
  const result = evaluate(chain(5001), chain(5001), bare);
  const message = 'it has more than 5,000 brackets';
  expect(result.problems).toContainEqual({ side: 'gold', message });
  expect(result.problems).toContainEqual({ side: 'test', message });
});

const data = `${process.env.TX_DATA ?? '../shared/data'}/evalb`;

it.skipIf(!existsSync(data))("prints EVALB's own sample (skipped: no TX_DATA)", () => {
  const [prm, gold, test, out] = ['prm', 'gld', 'tst', 'out'].map((end) =>
    readFileSync(`${data}/sample.${end}`, 'utf8'),
  ) as [string, string, string, string];
  const lines = (text: string): string[] => text.split('\n').slice(0, -1);
  expect(report(lines(gold), lines(test), parseParameters(prm, 'sample.prm'))).toBe(out);
  const file = readFileSync(`${data}/COLLINS.prm`, 'utf8');
  expect(parseParameters(file, 'COLLINS.prm')).toEqual(collins);
});

const label = fc.constantFrom('S', 'NP', 'VP', 'PP');
const terminal: fc.Arbitrary<Tree> = fc.record({
  label: fc.constantFrom('DT', 'NN', 'VB'),
  children: fc.constantFrom('plim', 'vorb', 'drass').map((word) => [word]),
});
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; node: Tree }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, terminal, tie('node')),
  node: fc.record({ label, children: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
})).node;

const wordsOf = (node: Tree | string): string[] =>
  typeof node === 'string' ? [node] : node.children.flatMap(wordsOf);
/** Another tree over the same words: all of them under one label, or the first ones under two. */
const flat = (node: Tree): Tree => ({
  label: 'S',
  children: wordsOf(node).map((word) => ({ label: 'NN', children: [word] })),
});
const counts = ({ matched, gold, test, words, tags }: SentenceResult) => ({
  matched,
  gold,
  test,
  words,
  tags,
});

describe('properties', () => {
  it('a tree scores 100 against itself', () => {
    fc.assert(
      fc.property(tree, (one) => {
        const { all } = summarize([evaluate(one, one, bare)], bare);
        expect(all).toMatchObject({ recall: 100, precision: 100, f1: 100, exactMatch: 100, crossing: 0 });
        expect(all.taggingAccuracy).toBe(100);
      }),
    );
  });

  it('gold and test change places as recall and precision do', () => {
    fc.assert(
      fc.property(tree, (one) => {
        const there = counts(evaluate(one, flat(one), bare));
        const back = counts(evaluate(flat(one), one, bare));
        expect(back).toEqual({ ...there, gold: there.test, test: there.gold });
      }),
    );
  });

  it('deleted labels and functions of labels change nothing', () => {
    const dress = (node: Tree | string): Tree | string => {
      if (typeof node === 'string' || typeof node.children[0] === 'string') return node;
      const children = [...node.children.map(dress), { label: ',', children: [','] }];
      return { label: 'TOP', children: [{ label: `${node.label}-SBJ=2`, children }] };
    };
    fc.assert(
      fc.property(tree, (one) => {
        const plain = counts(evaluate(one, flat(one), collins));
        expect(counts(evaluate(dress(one) as Tree, flat(one), collins))).toEqual(plain);
        expect(counts(evaluate(one, dress(flat(one)) as Tree, collins))).toEqual(plain);
      }),
    );
  });
});

it.each<[string, string, string[]]>([
  ['(S (A a)', '(S (A a))', ['gold: a "(" has no ")"']],
  ['(S (A a))', '(S (A a)))', ['test: the ")" in column 10 has no "("']],
  ['(S (A a))', '(S ((A a)', ['test: 2 "(" have no ")"']],
  ['(S (A a))', '(S (A a) b)', ['test: "b" in column 10 is not the one word of a bracket']],
  ['(S (A a))', '(S (A a) (B b))', ['both: the number of words is 1 in the gold tree, 2 in the test tree']],
  ['(S (A a))', '(S (A b))', ['both: word 1 is "a" in the gold tree, "b" in the test tree']],
])('%s against %s', (gold, test, messages) => {
  const { problems, status } = evaluate(gold, test, bare);
  expect(problems.map(({ side, message }) => `${side}: ${message}`)).toEqual(messages);
  expect(status).toBe('error');
});

it('skips what has no words, and takes undefined for an empty line', () => {
  expect(evaluate('(S (A a))', undefined, bare)).toMatchObject({ status: 'skip', length: 1, problems: [] });
  expect(evaluate(undefined, '', bare)).toMatchObject({ status: 'skip', length: 0 });
});

it('refuses parameters that it does not understand, with file and line', () => {
  const message = (text: string): string => {
    try {
      parseParameters(text, 'my.prm');
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  };
  expect(
    [
      '\nDELET_LABEL X',
      'DISC_BONUS 1',
      'DEBUG 3',
      'CUTOFF_LEN',
      'MAX_ERROR -1',
      'LABELED yes',
      'DELETE_LABEL A B',
      'EQ_LABEL A',
      'EQ_WORD a b # c',
    ].map(message),
  ).toMatchInlineSnapshot(`
    [
      "my.prm:2: DELET_LABEL is no parameter of EVALB; did you mean DELETE_LABEL?",
      "my.prm:1: DISC_BONUS is no parameter of EVALB; known: DEBUG, MAX_ERROR, CUTOFF_LEN, LABELED, DELETE_LABEL, DELETE_LABEL_FOR_LENGTH, QUOTE_LABEL, EQ_LABEL, EQ_WORD",
      "my.prm:1: DEBUG takes a whole number from 0 to 2; found "3"",
      "my.prm:1: CUTOFF_LEN takes a whole number of at least 0; found """,
      "my.prm:1: MAX_ERROR takes a whole number of at least 0; found "-1"",
      "my.prm:1: LABELED takes a whole number from 0 to 1; found "yes"",
      "my.prm:1: DELETE_LABEL takes one label; found "A B"",
      "my.prm:1: EQ_LABEL takes two values; found "A"",
      "my.prm:1: EQ_WORD takes two values; found "a b # c"",
    ]
  `);
});
