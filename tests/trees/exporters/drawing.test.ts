import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, textWidth } from '../../../src/trees/exporters/characters.ts';
import { type Tree, words } from '../../../src/trees/tree.ts';
import { treeArb } from '../random-trees.ts';
import { cat, hostile, read, shanghai, write } from './items.ts';

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['cat', 3],
    ['naïve', 5],
    ['nai\u0308ve', 5],
    ['上海', 4],
    ['ｶﾅ', 2],
    ['カナ', 4],
    ['Ａ', 2],
    ['한국', 4],
    ['。', 2],
    ['𠀀', 2],
    ['👍', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['…', 1],
    ['\u200b', 0],
    ['ไม้', 2],
  ])('%s', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

it('printable leaves nothing that steers a terminal', () => {
  expect(printable('a\u001b[2J\r\n\tb\u009b\u202ec\ud800')).toBe('a�[2J���b��c�');
});

it('draws from the top down', () => {
  expect(write('unicode', [cat])).toMatchInlineSnapshot(`
    "                    S
          ╭─────────────┼────────────╮
          │             VP           │
          │         ╭───┴───╮        │
          │         │       PP       │
          │         │   ╭───┴──╮     │
          NP        │   │      NP    │
     ╭────┼────╮    │   │   ╭──┴─╮   │
     DT   JJ   NN  VBD  IN  DT   NN  .
     │    │    │    │   │   │    │   │
    The  old  cat  sat  on  a   mat  .
    "
  `);
  expect(write('ascii', [cat])).toMatchInlineSnapshot(`
    "                    S
          +-------------+------------+
          |             VP           |
          |         +---+---+        |
          |         |       PP       |
          |         |   +---+--+     |
          NP        |   |      NP    |
     +----+----+    |   |   +--+-+   |
     DT   JJ   NN  VBD  IN  DT   NN  .
     |    |    |    |   |   |    |   |
    The  old  cat  sat  on  a   mat  .
    "
  `);
});

it('measures wide characters, and spreads words under a long label', () => {
  expect(write('unicode', [shanghai])).toMatchInlineSnapshot(`
    "                  IP
        ╭─────────────┼────────────╮
        │             VP           │
        │        ╭────┴────╮       │
        NP       │    NP-OBJ-LONG  │
     ╭──┴──╮     │         │       │
     NR    NN    VV        NN      PU
     │     │     │         │       │
    上海  浦东  开发      法制     。
    "
  `);
});

it('draws a line that turns where a long label cannot be over its child', () => {
  expect(
    write('unicode', [read('(A-VERY-LONG-LABEL (B (C c) (D (E (F (G g) (H h)) (I i)) (J j))))')]),
  ).toMatchInlineSnapshot(`
    "A-VERY-LONG-LABEL
           ╭╯
           B
     ╭─────┴────╮
     │          D
     │       ╭──┴──╮
     │       E     │
     │    ╭──┴─╮   │
     │    F    │   │
     │   ╭┴─╮  │   │
     C   G  H  I   J
     │   │  │  │   │
     c   g  h  i   j
    "
  `);
});

it('draws a word alone, and a root without a label', () => {
  expect(write('unicode', [read('(X Yes)')])).toBe(' X\n │\nYes\n');
  expect(
    write('ascii', [read('((INTJ (UH Yes)))')])
      .split('\n')[0]!
      .trim(),
  ).toBe('o');
});

it('becomes an outline where the terminal is too narrow', () => {
  expect(write('unicode', [cat], { columns: 35 })).toBe(write('unicode', [cat]));
  expect(write('unicode', [cat], { columns: 30 })).toMatchInlineSnapshot(`
    "S
    ├─ NP
    │  ├─ DT The
    │  ├─ JJ old
    │  ╰─ NN cat
    ├─ VP
    │  ├─ VBD sat
    │  ╰─ PP
    │     ├─ IN on
    │     ╰─ NP
    │        ├─ DT a
    │        ╰─ NN mat
    ╰─ . .
    "
  `);
  expect(write('ascii', [cat], { columns: 30 })).toMatchInlineSnapshot(`
    "S
    |- NP
    |  |- DT The
    |  |- JJ old
    |  \`- NN cat
    |- VP
    |  |- VBD sat
    |  \`- PP
    |     |- IN on
    |     \`- NP
    |        |- DT a
    |        \`- NN mat
    \`- . .
    "
  `);
});

it('numbers several trees and tells what else is known', () => {
  const text = write('ascii', [
    { tree: read('(X (A a))'), index: 7, rank: 1, score: -0.5, source: 'a\u001b' },
    { tree: read('(X (B b))'), index: 7, rank: 2, score: -1.25 },
  ]);
  expect(text).toMatchInlineSnapshot(`
    "#7  rank 1  score -0.5000  a�
    X
    |
    A
    |
    a

    #7  rank 2  score -1.2500
    X
    |
    B
    |
    b

    "
  `);
});

it('colours by the kind of label, and only when asked', () => {
  const text = write('unicode', [read('(NP (VB a))')], { color: true });
  expect(text).toBe(
    '\u001b[36mNP\u001b[39m\n\u001b[2m│\u001b[22m\n\u001b[32mVB\u001b[39m\n\u001b[2m│\u001b[22m\n\u001b[1ma\u001b[22m\n',
  );
});

it('lets no control character through', () => {
  for (const columns of [Infinity, 10]) {
    expect(write('unicode', [hostile], { columns })).not.toMatch(/[^\P{Cc}\n]/u);
  }
});

it('never overlaps: the lowest line holds all words in order', () => {
  fc.assert(
    fc.property(treeArb, (tree) => {
      const lines = write('unicode', [tree]).trimEnd().split('\n');
      const last = lines.at(-1)!.trim();
      expect(last.split(/ {2,}/)).toEqual(words(tree).map(printable));
    }),
  );
});

it.each(['unicode', 'ascii', 'svg', 'html'] as const)(
  '%s tells of constituents that are not sure',
  (format) => {
    const tree = read('(S (NP (A a)) (VP (B b)))');
    const [noun, verb] = tree.children as Tree[];
    const confidence = new Map([
      [tree, 1],
      [noun!, 0.873],
      [verb!, 0.9996],
    ]);
    const text = write(format, [{ tree, index: 1, confidence }]);
    expect(text).toContain('NP 87%');
    expect(text).not.toMatch(/(S|VP) \d+%/);
  },
);
