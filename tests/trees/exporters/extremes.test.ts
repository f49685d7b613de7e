// Trees as deep and as wide as hostile input makes them: nothing may recurse, or spread arguments, over their size.
import { describe, expect, it } from 'vitest';
import { exporterName, exporterNames, exporterOf, exporters } from '../../../src/trees/exporters/index.ts';
import type { Tree } from '../../../src/trees/tree.ts';
import { write } from './items.ts';

const range = (length: number) => Array.from({ length }, (_, i) => i);
const tag = (word: string): Tree => ({ label: 'NN', children: [word] });

const chain = range(5000).reduce<Tree>((child) => ({ label: 'NP', children: [child] }), tag('end'));
const branching = range(5000).reduce<Tree>(
  (child, i) => ({ label: 'X', children: [tag(`w${i}`), child] }),
  tag('end'),
);
const wide: Tree = { label: 'S', children: range(2000).map((i) => tag(`word${i}`)) };

describe.each(exporterNames)('%s', (name) => {
  it('writes a chain of 5,000 constituents', () => {
    expect(write(name, [chain])).toContain('NP');
  });

  it('writes 5,000 constituents one in another', () => {
    const last = name === 'spans' ? 'X\t4999\t5001' : 'w4999';
    // Not toContain, whose message would hold the text: an outline has up to 15,000 columns a level.
    expect(write(name, [branching]).includes(last)).toBe(true);
  });

  it('writes 2,000 words', () => {
    const text = write(name, [wide]);
    if (name === 'spans') expect(text).toBe('S\t0\t2000\n\n');
    else expect(text).toContain('word1999');
  });
});

it('html nests no deeper than browsers do, and shows the rest in brackets', () => {
  const text = write('html', [branching]);
  expect(text.match(/<details/g)!.length).toBeLessThanOrEqual(151);
  expect(text).toContain('<span class="x">(X (NN w');
});

it('finds the nearest name for an unknown one', () => {
  expect(exporterName('svg')).toBe('svg');
  const endings = exporterNames.flatMap((name) => exporters[name].endings);
  expect(new Set(endings).size).toBe(endings.length);
  expect(['a.svg', 'b/c.HTM', 'x.gv', 'a.b/out', '.mrg'].map(exporterOf)).toEqual([
    'svg',
    'html',
    'dot',
    undefined,
    undefined,
  ]);
  expect(() => exporterName('svgg')).toThrow('unknown format "svgg"; did you mean svg?');
  expect(() => exporterName('toString')).toThrow('unknown format "toString"; known: bracket, pretty');
});
