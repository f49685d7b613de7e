// Selectors of a program beside heads: on weights that are made up, and on a model that learns to copy.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bestHead, compareSelectors, formatSelectors } from '../../src/inspect/selectors.ts';
import { compile } from '../../src/rasp/program.ts';
import { traceProgram } from '../../src/rasp/trace.ts';
import { tx } from '../commands/run.ts';

const dir = mkdtempSync(join(tmpdir(), 'tx-selectors-'));
afterAll(() => rmSync(dir, { recursive: true }));
const at = (name: string) => join(dir, name);

test('a head agrees with a selector by the weight that it gives to what that selects', () => {
  const program = compile('alphabet "=" = -1;\nreturn shift_right(tokens, 1);\n', 'x.rasp');
  const trace = traceProgram(program, [4, 5, 6], 0);
  const tokens = trace.tokens.map((piece, word) => ({ id: word, piece, word, special: false }));
  // The first head looks a token back, the second at all places so far.
  const back = [1, 0, 0, 1, 0, 0, 0, 1, 0];
  const all = [1, 0, 0, 1 / 2, 1 / 2, 0, 1 / 3, 1 / 3, 1 / 3];
  const found = compareSelectors('x.rasp', trace, {
    sequences: { decoder: { tokens, words: trace.tokens.slice() } },
    attention: [
      {
        path: 'decoder.0.selfAttn',
        kind: 'decoder',
        layer: 1,
        numHeads: 2,
        numKvHeads: 2,
        causal: true,
        weights: Float32Array.from([...back, ...all]),
        parts: {},
        output: new Float32Array(0),
      },
    ],
    hidden: [],
    dModel: 1,
  });
  const [selector] = found.selectors;
  expect(selector!.rows).toEqual([[], [0], [1]]);
  expect(selector!.agreement[0]).toBe(1);
  // 1/2 and 1/3, which is chance.
  expect(selector!.agreement[1]).toBeCloseTo(5 / 12, 6);
  expect(selector!.chance).toBeCloseTo(5 / 12, 6);
  expect(bestHead(selector!, found.heads)).toMatchObject({ layer: 1, head: 1, kind: 'previous' });
  // The only token of a text selects itself or nothing.
  const alone = compareSelectors('x.rasp', traceProgram(program, [4], 0), {
    sequences: { decoder: { tokens: tokens.slice(0, 1), words: ['4'] } },
    attention: [],
    hidden: [],
    dModel: 1,
  });
  expect(alone.selectors[0]).toMatchObject({ chance: null, agreement: [] });
  expect(bestHead(alone.selectors[0]!, alone.heads)).toBeUndefined();
  expect(formatSelectors(found)).toMatch(/^x\.rasp on 4 5 6\n\ns1 +shift_right .*most: 1\.1, previous\n/);
});

const COPY = `task: rasp
data: { generator: copy, numbers: 12, lengths: [2, 8], contextLength: 40, batchRows: 16 }
evaluation: { lengths: [2, 8], step: 6, examples: 2, validExamples: 2 }
model: { numLayers: 2, dModel: 32, dFf: 64, numHeads: 2, dropout: 0, norm: pre, activation: gelu, initialization: 0.02, scaleEmbedding: false, positions: learned, maxLength: 40 }
training: { maxSteps: 1000, average: 0 }
optimizer: { type: adamw, betas: [0.9, 0.99], clipNorm: 1 }
schedule: { type: linear, learningRate: 0.006, warmupShare: 0.05 }
threads: 1
`;

test('a model that learns to copy has heads that do what the program selects, and their kinds are found', async () => {
  writeFileSync(at('copy.yaml'), COPY);
  expect(await tx(['train', at('copy.yaml'), '--run', at('copy'), '-q'])).toMatchObject({ code: 0 });
  const inspect = (...argv: string[]) => tx(['inspect', at('copy'), '--threads', '1', ...argv]);
  const argv = ['--show', 'selectors', '-i', '7 2 9 4 11 1 ='];
  const { stdout, stderr } = await inspect(...argv, '--json');
  expect(stderr).toBe('');
  const { program, tokens, selectors, heads } = JSON.parse(stdout);
  // The program that comes with the package writes the answer.
  expect(program).toMatch(/copy\.rasp$/);
  expect(tokens.join(' ')).toBe('7 2 9 4 11 1 = 7 2 9 4 11 1 $');
  const best = (within: string) => {
    const one = selectors.find((selector: { within: string }) => selector.within === within);
    const found = bestHead(one, heads)!;
    return { one, found, weight: Math.max(...one.agreement) };
  };
  const back = best('shift_right');
  expect(back.found).toMatchObject({ layer: 1, kind: 'previous' });
  const induction = best('firsts');
  expect(induction.found).toMatchObject({ layer: 2, kind: 'induction' });
  for (const { one, weight } of [back, induction]) expect(weight).toBeGreaterThan(2 * one.chance);
  expect(induction.weight).toBeGreaterThan(0.6);
  // Over many problems it is the same.
  writeFileSync(at('problems.txt'), '3 1 4 = 3 1 4 $\n9 8 7 6 = 9 8 7 6 $\n');
  const kinds = JSON.parse(
    (await inspect('--show', 'heads', '-i', at('problems.txt'), '--json')).stdout,
  ).heads.map(({ kind }: { kind: string }) => kind);
  expect(kinds.slice(2)).toContain('induction');
  expect((await inspect(...argv, '-o', at('s.html'))).code).toBe(0);
  const page = readFileSync(at('s.html'), 'utf8');
  expect(page).toContain(`head ${induction.found.layer}.${induction.found.head}: induction`);
  expect(page).toContain('s2: firsts');
  // Another program can be held against the same heads.
  expect((await inspect(...argv, '--program', 'sort')).stdout).toMatch(/^programs\/sort\.rasp on/);
  expect(await inspect('--show', 'selectors', '-i', 'x =')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('x'),
  });
}, 300_000);
