import { describe, expect, it } from 'vitest';
import { buildPreprocessor, preprocessSchema } from '../../src/tokenizers/preprocess.ts';

describe('preprocessSchema', () => {
  it.each([
    ['none', []],
    [undefined, []],
    [[], []],
    [
      ['moses', 'lowercase'],
      ['moses', 'lowercase'],
    ],
    [
      [{ moses: { escape: false } }, 'nfkc'],
      [{ moses: { escape: false, aggressiveHyphens: false } }, 'nfkc'],
    ],
  ])('reads %j', (input, steps) => {
    expect(preprocessSchema.parse(input)).toEqual(steps);
  });

  it.each([
    ['moses'],
    [['stem']],
    [['moses', { moses: {} }]],
    [['lowercase', 'lowercase']],
    [[{ moses: { hyphens: true } }]],
  ])('refuses %j', (input) => {
    expect(preprocessSchema.safeParse(input).success).toBe(false);
  });
});

describe('buildPreprocessor', () => {
  it('applies its steps in order and undoes what can be undone', () => {
    const { apply, undo } = buildPreprocessor(['moses', 'lowercase'], 'en');
    expect(apply("The dog's ball, isn't it?")).toBe('the dog &apos;s ball , isn &apos;t it ?');
    expect(undo('the dog &apos;s ball , isn &apos;t it ?')).toBe("the dog's ball, isn't it?");
  });

  it("follows the language and the step's options", () => {
    const steps = preprocessSchema.parse([{ moses: { escape: false, aggressiveHyphens: true } }]);
    const { apply, undo } = buildPreprocessor(steps, 'fr');
    expect(apply("L'avant-garde.")).toBe("L' avant @-@ garde .");
    expect(undo("L' avant @-@ garde .")).toBe("L'avant-garde.");
  });

  it('puts compatibility characters in their common form', () => {
    expect(buildPreprocessor(['nfkc'], 'en').apply('ﬁne\u00a0½')).toBe('fine 1⁄2');
  });

  it('changes nothing without steps', () => {
    const { apply, undo } = buildPreprocessor([], 'de');
    expect(apply(' A  b ')).toBe(' A  b ');
    expect(undo(' A  b ')).toBe(' A  b ');
  });
});
