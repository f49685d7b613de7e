// Symbolic sizes: the algebra agrees with numbers for all values of the names.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDims, broadcastShapes, type Dim, evaluateDim, mulDims, termsOf } from '../../src/graph/dim.ts';

const atoms = fc.oneof(fc.nat(5), fc.constantFrom('B', 'S', 'T'));
/** Sizes as graphs make them: products and sums, nested. */
const dims: fc.Arbitrary<Dim> = fc.letrec<{ dim: Dim }>((tie) => ({
  dim: fc.oneof(
    { maxDepth: 3 },
    atoms,
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => mulDims(a, b)),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => addDims(a, b)),
  ),
})).dim;

type Sizes = Readonly<Record<string, number>>;
const environments = fc.record({ B: fc.nat(7), S: fc.nat(7), T: fc.nat(7) });

/** The number that a size is, read by the grammar sum = product ('+' product)*, product = atom ('*' atom)*. */
function numberOf(dim: Dim, sizes: Sizes): number {
  const tokens = String(dim).match(/\d+|[A-Z]|[()+*]/g)!;
  const atom = (): number => {
    const token = tokens.shift()!;
    if (token !== '(') return sizes[token] ?? Number(token);
    const value = sum();
    tokens.shift();
    return value;
  };
  const chain = (operator: string, operand: () => number, f: (a: number, b: number) => number): number => {
    let value = operand();
    while (tokens[0] === operator) {
      tokens.shift();
      value = f(value, operand());
    }
    return value;
  };
  const product = (): number => chain('*', atom, (a, b) => a * b);
  const sum = (): number => chain('+', product, (a, b) => a + b);
  return sum();
}

describe('sizes', () => {
  test('canonical forms', () => {
    expect(mulDims('S', 4, 'B')).toBe('4*B*S');
    expect(mulDims(2, 3)).toBe(6);
    expect(mulDims('B', 1)).toBe('B');
    expect(mulDims('B', 0)).toBe(0);
    expect(mulDims()).toBe(1);
    expect(addDims('P', 1)).toBe('(P+1)');
    expect(addDims(2, 'P', 3)).toBe('(P+5)');
    expect(addDims('P', 0)).toBe('P');
    expect(mulDims('(2*P+1)', 'B', 3)).toBe('3*(2*P+1)*B');
    expect(termsOf('(2*P+1)')).toEqual(['2*P', 1]);
    expect(termsOf('P')).toBeUndefined();
    expect(() => evaluateDim('2*Q', { B: 1 })).toThrow('size Q is not known');
  });

  test('products and sums have the values of their parts', () => {
    fc.assert(
      fc.property(fc.array(dims, { maxLength: 4 }), environments, (parts, sizes) => {
        const values = parts.map((part) => numberOf(part, sizes));
        expect(numberOf(mulDims(...parts), sizes)).toBe(values.reduce((a, b) => a * b, 1));
        expect(numberOf(addDims(...parts), sizes)).toBe(values.reduce((a, b) => a + b, 0));
        for (const [i, part] of parts.entries()) expect(evaluateDim(part, sizes)).toBe(values[i]);
      }),
    );
  });

  test('products do not depend on order or grouping', () => {
    fc.assert(
      fc.property(dims, dims, dims, (a, b, c) => {
        expect(mulDims(a, b)).toBe(mulDims(b, a));
        expect(mulDims(a, mulDims(b, c))).toBe(mulDims(mulDims(a, b), c));
        expect(addDims(a, b)).toBe(addDims(b, a));
      }),
    );
  });
});

describe('broadcasting', () => {
  test('aligns at the end; one stretches', () => {
    expect(broadcastShapes(['B', 1, 4], ['T', 4])).toEqual(['B', 'T', 4]);
    expect(broadcastShapes([], ['B'])).toEqual(['B']);
    expect(broadcastShapes(['B'], [3])).toBeUndefined();
    expect(broadcastShapes([2, 3], [3, 2])).toBeUndefined();
  });

  test('is symmetric, and idempotent over its result', () => {
    const shapes = fc.array(fc.constantFrom<Dim>(1, 2, 3, 'B', 'T'), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const joined = broadcastShapes(a, b);
        expect(broadcastShapes(b, a)).toEqual(joined);
        if (joined !== undefined) expect(broadcastShapes(joined, a)).toEqual(joined);
      }),
    );
  });
});
