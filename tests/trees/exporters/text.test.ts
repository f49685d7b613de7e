import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrees } from '../../../src/trees/read.ts';
import { isPreterminal, mapTree } from '../../../src/trees/tree.ts';
import { treeArb } from '../random-trees.ts';
import { cat, hostile, read, write } from './items.ts';

const nBest = [
  { tree: read('(X (A a))'), index: 7, rank: 1, score: -0.5, source: 'a' },
  { tree: read('(X (B a))'), index: 7, rank: 2, score: -1.25, source: 'a' },
];

describe('bracket and pretty', () => {
  it('give what is read back', () => {
    fc.assert(
      fc.property(fc.array(treeArb), (trees) => {
        expect(readTrees(write('bracket', trees))).toEqual(trees);
        expect(readTrees(write('pretty', trees))).toEqual(trees);
      }),
    );
    expect(readTrees(write('pretty', nBest))).toEqual(nBest.map(({ tree }) => tree));
  });

  it('tell number and score of several parses', () => {
    expect(write('bracket', nBest)).toBe('7\t-0.5000\t(X (A a))\n7\t-1.2500\t(X (B a))\n');
    expect(write('pretty', nBest.slice(1))).toMatch(/^#7 {2}rank 2 {2}score -1\.2500\n\(X/);
  });
});

describe('json', () => {
  it('gives the sentence flat and the tree nested', () => {
    const [line, rest] = write('json', [nBest[1]!]).split('\n');
    expect(line).toBe(
      '{"index":7,"rank":2,"score":-1.25,"source":"a","words":["a"],"tags":["B"],"spans":[{"label":"X","start":0,"end":1}],"tree":{"label":"X","children":[{"label":"B","children":["a"]}]}}',
    );
    expect(rest).toBe('');
  });

  it('is a list of the same objects as json-array', () => {
    const lines = write('json', nBest).trim().split('\n');
    const text = write('json-array', nBest);
    expect(JSON.parse(text)).toEqual(lines.map((line) => JSON.parse(line)));
    expect(text).toMatch(/\}\n\]\n$/);
    expect(JSON.parse(write('json-array', []))).toEqual([]);
  });

  it('gives any tree whole', () => {
    fc.assert(
      fc.property(treeArb, (tree) => {
        expect(JSON.parse(write('json', [tree])).tree).toEqual(tree);
      }),
    );
    expect(JSON.parse(write('json', [hostile])).tree).toEqual(hostile);
  });
});

it('conll: columns with the parse bits', () => {
  expect(write('conll', [cat, nBest[0]!]).replaceAll('\t', ' ')).toMatchInlineSnapshot(`
    "0 The DT (S(NP*
    1 old JJ *
    2 cat NN *)
    3 sat VBD (VP*
    4 on IN (PP*
    5 a DT (NP*
    6 mat NN *)))
    7 . . *)

    #7  rank 1  score -0.5000
    0 a A (X*)

    "
  `);
  for (const row of write('conll', [hostile]).trim().split('\n')) expect(row.split('\t')).toHaveLength(4);
});

it('conll: the bits and words spell the brackets', () => {
  fc.assert(
    fc.property(treeArb, (tree) => {
      const rows = write('conll', [tree])
        .trim()
        .split('\n')
        .map((row) => row.split('\t'));
      const text = rows.map(([, word, tag, bits]) => bits!.replace('*', () => `(${tag} ${word})`)).join(' ');
      const starless = mapTree(tree, (node) =>
        isPreterminal(node) ? node : { ...node, label: node.label.replaceAll('*', '_') },
      );
      expect(readTrees(text)).toEqual([starless]);
    }),
  );
});

it('spans: constituents from the top', () => {
  expect(write('spans', [cat])).toBe('S\t0\t8\nNP\t0\t3\nVP\t3\t7\nPP\t4\t7\nNP\t5\t7\n\n');
});

describe('dot', () => {
  it('joins constituents, tags and words, the words on one rank', () => {
    expect(write('dot', [read('(S (A a) (B b))')])).toMatchInlineSnapshot(`
      "graph "1" {
        graph [ordering=out, ranksep=0.25, nodesep=0.15];
        node [shape=plaintext, fontname="Helvetica", fontsize=12, height=0.25, width=0.1, margin="0.06,0.02"];
        edge [color="#8a93a0"];
        n0 [label="S"];
        n1 [label="A", fontcolor="#46505e"]; n0 -- n1; n1 -- w0;
        n2 [label="B", fontcolor="#46505e"]; n0 -- n2; n2 -- w1;
        {
          rank=same;
          node [fontname="Helvetica-Bold"];
          w0 [label="a"];
          w1 [label="b"]; w0 -- w1 [style=invis];
        }
      }
      "
    `);
  });

  it('quotes hostile text', () => {
    const text = write('dot', [hostile]);
    const quoted = /"(?:[^"\\\n]|\\["\\])*"/g;
    expect(text.replace(quoted, '')).toMatch(/^[\w\s{}[\]=;,.-]+$/);
    expect(text.match(quoted)!.length).toBeGreaterThan(8);
  });
});

describe('LaTeX', () => {
  it('forest', () => {
    expect(write('forest', [cat], { standalone: false })).toMatchInlineSnapshot(`
      "\\begin{forest}
        where n children=0{tier=word, font=\\itshape}{}
        [{S}
          [{NP}
            [{DT} [{The}]]
            [{JJ} [{old}]]
            [{NN} [{cat}]]]
          [{VP}
            [{VBD} [{sat}]]
            [{PP}
              [{IN} [{on}]]
              [{NP}
                [{DT} [{a}]]
                [{NN} [{mat}]]]]]
          [{.} [{.}]]]
      \\end{forest}
      "
    `);
  });

  it('tikz-qtree', () => {
    expect(write('tikz-qtree', [cat], { standalone: false })).toMatchInlineSnapshot(`
      "\\begin{tikzpicture}[level distance=30pt, frontier/.style={distance from root=150pt}, every leaf node/.style={font=\\itshape}]
        \\Tree
        [.{S}
          [.{NP}
            [.{DT} {The} ]
            [.{JJ} {old} ]
            [.{NN} {cat} ] ]
          [.{VP}
            [.{VBD} {sat} ]
            [.{PP}
              [.{IN} {on} ]
              [.{NP}
                [.{DT} {a} ]
                [.{NN} {mat} ] ] ] ]
          [.{.} {.} ] ]
      \\end{tikzpicture}
      "
    `);
  });

  it('is a whole document unless standalone is off', () => {
    for (const name of ['forest', 'tikz-qtree'] as const) {
      const text = write(name, nBest);
      const pictures = write(name, nBest, { standalone: false });
      expect(text).toContain(`\\begin{document}\n${pictures}\\end{document}\n`);
      expect(text).toMatch(/^(?:% .*\n)+\\documentclass\[.*\]\{standalone\}\n/);
      expect(pictures.match(/^% #7 {2}rank/gm)).toHaveLength(2);
    }
  });

  it('escapes every character that TeX gives a meaning to', () => {
    for (const name of ['forest', 'tikz-qtree'] as const) {
      const body = write(name, [hostile], { standalone: false }).split('\n').slice(2, -2).join('\n');
      const plain = body.replace(/\\text[a-z]+\{\}|\\[{}$&#_%]/g, '');
      expect(plain).not.toMatch(/[$&#_%^~<>|"]|[^\P{Cc}\n]/u);
      expect(plain.replace('\\Tree', '')).not.toContain('\\');
      expect(isBalanced(plain)).toBe(true);
    }
  });
});

/** Whether every brace is closed: brackets within braces are text. */
function isBalanced(text: string): boolean {
  const outside = text.replace(/\{[^{}]*\}/g, '');
  let depth = 0;
  for (const character of outside) {
    if (character === '[') depth++;
    if (character === ']' && --depth < 0) return false;
  }
  return depth === 0 && !/[{}]/.test(outside);
}
