import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scoreVaswani2017, splitCompounds } from '../../src/metrics/vaswani2017.ts';
import { mosesTokenize } from '../../src/tokenizers/moses-tokenizer.ts';

const tokenize = (line: string) => mosesTokenize(line, { language: 'de' });
const AT = ' ##AT##-##AT## ';

// Printed by perl -ple 's{(\S)-(\S)}{$1 ##AT##-##AT## $2}g', version 5.36.
test.each([
  ['rich-text format', `rich${AT}text format`],
  ['a-b-c', `a${AT}b-c`],
  ['ab-cd-ef', `ab${AT}cd${AT}ef`],
  ['a-ö-c', `a${AT}ö${AT}c`],
  ['你-好-b', `你${AT}好${AT}b`],
  ['a - b -c d- e', 'a - b -c d- e'],
  ['---', `-${AT}-`],
  ['a--b', `a${AT}-b`],
  ['x\u00a0-y', `x\u00a0${AT}y`],
  ['1\u001c-2 k\u000b-l', `1\u001c${AT}2 k\u000b-l`],
  ['', ''],
])('compounds of %j', (line, expected) => {
  expect(splitCompounds(line)).toBe(expected);
});

test('the score, the printed line and the steps', () => {
  const result = scoreVaswani2017(['Die Katze-Matte ist da.'], [['Die Katze-Matte ist hier .']], {
    tokenize,
  });
  // Die Katze ##AT##-##AT## Matte ist da . : 6 of 7 words, 4 of 6 pairs, 3 of 5, 2 of 4
  expect(result.line).toBe('BLEU = 64.35, 85.7/66.7/60.0/50.0 (BP=1.000, ratio=1.000, hyp_len=7, ref_len=7)');
  expect(result.score.score).toBeCloseTo(64.35, 2);
  expect(result.steps).toEqual([
    expect.stringMatching(/^hypotheses: tokenized/),
    expect.stringMatching(/^references: taken as they are/),
    expect.stringMatching(/^both: compounds split/),
    expect.stringMatching(/^score: multi-bleu/),
  ]);
});

test('references are tokenized when asked, case counts, several may be given', () => {
  const hyps = ['Ein Haus, ein Baum.'];
  const score = (refs: string[][], tokenizeReferences?: boolean) =>
    scoreVaswani2017(hyps, refs, { tokenize, ...(tokenizeReferences && { tokenizeReferences }) });
  expect(score([hyps]).score.score).toBe(0);
  const asked = score([hyps], true);
  expect(asked.score.score).toBeCloseTo(100, 9);
  expect(asked.steps[1]).toBe('references: tokenized likewise');
  expect(score([['ein haus , ein baum .']]).score.counts).toEqual([3, 1, 0, 0]);
  expect(score([['nichts'], ['Ein Haus , ein Baum .']]).score.score).toBeCloseTo(100, 9);
});

test('only ASCII has white space, as in a Perl script that reads bytes', () => {
  const { line } = scoreVaswani2017(['x'], [['1\u00a0km 2\u30003 e\u0085f g\tg']], { tokenize });
  expect(line).toContain('ref_len=5');
});

test('no words in the references', () => {
  expect(scoreVaswani2017(['a'], [['']], { tokenize }).line).toBe(
    'BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)',
  );
});

const data = `${process.env.TX_DATA ?? '../shared/data'}`;
const readLines = (path: string) => readFileSync(`${data}/${path}`, 'utf8').replace(/\n$/, '').split('\n');

describe.skipIf(!existsSync(`${data}/newstest2014-system`))('newstest2014 en-de (needs TX_DATA)', () => {
  test('the published 24.06', () => {
    const { line } = scoreVaswani2017(
      readLines('newstest2014-system/prediction.txt'),
      [readLines('newstest/en-de/newstest2014.de')],
      { tokenize, tokenizeReferences: true },
    );
    expect(line).toBe(
      'BLEU = 24.06, 56.7/30.4/18.4/11.6 (BP=0.978, ratio=0.978, hyp_len=63093, ref_len=64504)',
    );
  });
});
