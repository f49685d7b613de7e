import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treebankTokenize } from '../../src/tokenizers/treebank-tokenizer.ts';
import { dropTraces } from '../../src/trees/normalize.ts';
import { readTrees } from '../../src/trees/read.ts';
import { words } from '../../src/trees/tree.ts';

const split = (line: string) => treebankTokenize(line).join(' ');

describe('splits as the Treebank does', () => {
  it.each<[string, string]>([
    // Contractions and possessives.
    ["I don't, can't and won't.", "I do n't , ca n't and wo n't ."],
    ["It's what they're saying; I'd say we've won.", "It 's what they 're saying ; I 'd say we 've won ."],
    ["I'm sure she'll come", "I 'm sure she 'll come"],
    ["DON'T SHOUT, IT'S LATE", "DO N'T SHOUT , IT 'S LATE"],
    ["They couldn't've known.", "They could n't 've known ."],
    ['We cannot, or Cannot.', 'We can not , or Can not .'],
    ['Gonna, gotta, gimme, lemme, wanna', 'Gon na , got ta , gim me , lem me , wan na'],
    ["'Tis more'n I'd hope, d'ye see", "'T is more 'n I 'd hope , d' ye see"],
    ["The dog's tail and the dogs' tails", "The dog 's tail and the dogs ' tails"],
    ["In the '80s we told 'em at ten o'clock", "In the '80s we told 'em at ten o'clock"],
    ["Rock 'n' roll, O'Brien", "Rock 'n' roll , O'Brien"],
    // Quotes.
    ['"Go," he said. "Now."', "`` Go , '' he said. `` Now . ''"],
    ['He said "stop" (or "wait").', "He said `` stop '' -LRB- or `` wait '' -RRB- ."],
    ['" Go , " he said', "`` Go , '' he said"],
    ['“Go,” it’s ‘late’…', "`` Go , '' it 's ` late ' ..."],
    ["'Go,' he said, ``and don't.''", "` Go , ' he said , `` and do n't . ''"],
    ["It's \"a 'b'\"", "It 's `` a ` b ' ''"],
    ["'can't'", "` ca n't '"],
    // Brackets, and what the files escape.
    ['f(x) [y] {z} <w>', 'f -LRB- x -RRB- -LSB- y -RSB- -LCB- z -RCB- < w >'],
    ['1/2 and/or 2*3, 1\\/2', '1\\/2 and\\/or 2\\*3 , 1\\/2'],
    // Periods.
    ['Mr. Smith of Acme Corp. left.', 'Mr. Smith of Acme Corp. left .'],
    ['He joined Acme Inc.', 'He joined Acme Inc .'],
    ['He left the U.S.', 'He left the U.S. .'],
    ['(He left the U.S.)', '-LRB- He left the U.S. . -RRB-'],
    ['It cost 3.5 at 5 p.m. on Oct. 3.', 'It cost 3.5 at 5 p.m. on Oct. 3 .'],
    ['Well... no....', 'Well ... no ... .'],
    // Dashes.
    ['yes--no —well – and 1990–91, third-quarter', 'yes -- no -- well -- and 1990-91 , third-quarter'],
    // Numbers and signs.
    ['$35.2 million, US$1,000, C$5', '$ 35.2 million , US$ 1,000 , C$ 5'],
    ['8.75% of a 62%-owned unit', '8.75 % of a 62%-owned unit'],
    ['At 2:30: 1,000,000, or 3,5;', 'At 2:30 : 1,000,000 , or 3,5 ;'],
    ['#1 of C#, AT&T & Sons, S&P', '# 1 of C# , AT&T & Sons , S&P'],
    ['a@example.org @ 5, see http://example.org', 'a@example.org @ 5 , see http:\\/\\/example.org'],
    ['What?! No!', 'What ? ! No !'],
    // White space.
    [' \ta\u00a0 b\v', 'a b'],
    ['', ''],
    ['"', '``'],
  ])('%s', (line, expected) => {
    expect(split(line)).toBe(expected);
  });
});

it('leaves what it has split as it is, and gives words that trees can hold', () => {
  const parts = fc.constantFrom(
    ...'abSn019 ,:;.!?\'"`-–—()[]{}<>/\\*$%&#@“”‘’…',
    "n't",
    "'s",
    "''",
    '``',
    '...',
    'U.S.',
    'cannot',
    "d'ye",
    "'tis",
    "'em",
    '-LRB-',
    '\u0085',
    'é',
    '日',
  );
  const line = fc.oneof(
    fc.array(parts, { maxLength: 12 }).map((all) => all.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(line, (line) => {
      const words = treebankTokenize(line);
      expect(treebankTokenize(words.join(' '))).toEqual(words);
      for (const word of words) expect(word).toMatch(/^[^\s()]+$/u);
    }),
    { numRuns: 1000 },
  );
});

const folder = `${process.env.TX_DATA ?? '../shared/data'}/treebank`;

it.skipIf(!existsSync(folder))("leaves the Treebank's sentences as they are (skipped: no TX_DATA)", () => {
  const sentences = ['train', 'dev', 'test'].flatMap((name) =>
    readTrees(readFileSync(`${folder}/${name}.mrg`, 'utf8')).map((tree) => words(dropTraces(tree)!)),
  );
  const changed = sentences.filter((sentence) => split(sentence.join(' ')) !== sentence.join(' '));
  expect(sentences).toHaveLength(3914);
  // "Dunkin'" four times, "Gotta" twice, a headline's "CREATOR'S", "D.C." at the end of a line: 99.8 % stay.
  expect(changed).toHaveLength(8);
});
