import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputCheck } from '../../../src/tasks/pairs/input-check.ts';
import { buildPreprocessor, type Step } from '../../../src/tokenizers/preprocess.ts';

/** The steps of English, and pieces that are letters, unknown beyond z. */
function check(steps: Step[], isPreprocessed: boolean): InputCheck {
  const { apply, undo } = buildPreprocessor(steps, 'en');
  return new InputCheck(
    {
      prepare: apply,
      isPrepared: (line) => apply(undo(line)) === line,
      encode: (line) => Array.from(line.replaceAll(' ', ''), (letter) => (letter <= 'z' ? 1 : 0)),
      unkId: 0,
    },
    isPreprocessed,
  );
}

const corpus = join(import.meta.dirname, '../../corpus/toy.en');
const english = readFileSync(corpus, 'utf8').trimEnd().split('\n');
const both: Step[] = ['moses', 'lowercase'];

describe('text that is said to be preprocessed', () => {
  it('raises no doubt where it is', () => {
    for (const steps of [
      [],
      ['moses'],
      ['lowercase'],
      both,
      [{ moses: { escape: false, aggressiveHyphens: true } }],
    ] as Step[][]) {
      const { apply } = buildPreprocessor(steps, 'en');
      expect(check(steps, true).look(english.map((line) => apply(line)))).toEqual([]);
    }
    expect(check(both, false).look(english)).toEqual([]);
  });

  it.each<[Step[], string, string]>([
    [['lowercase'], 'The picture is red .', 'the picture is red .'],
    [['moses'], 'the picture is red.', 'the picture is red .'],
    [both, 'The picture is red.', 'the picture is red .'],
    [['nfkc'], 'the ﬁrst', 'the first'],
  ])('under %j but %j raises one, once, with an example', (steps, line, prepared) => {
    const doubts = check(steps, true);
    expect(doubts.look(['', 'a b c'])).toEqual([]);
    expect(doubts.look([line, line, 'a'])).toEqual([
      `the input is said to be preprocessed, but the run's own steps would change 50% of its lines: line 3, "${line}", to "${prepared}"; is it raw text?`,
    ]);
    expect(doubts.look([line])).toEqual([]);
  });

  it('raises none for a line in fifty, of which not all steps can be undone', () => {
    expect(check(both, true).look([...Array<string>(49).fill('a b .'), 'A b.'])).toEqual([]);
  });
});

it('many unknown pieces raise a doubt, with an example cut to a line', () => {
  expect(check([], false).look(['abc', 'ab я cd'])).toEqual([]);
  const line = 'Привет, мир! '.repeat(9).trim();
  const [doubt, ...more] = check([], false).look(['abcdefghij', line]);
  expect(more).toEqual([]);
  expect(doubt).toMatch(
    /^\d\d% of the input's pieces are unknown to the run's vocabulary, as in line 2, "Привет, .{51}…"; is it the language/,
  );
});
