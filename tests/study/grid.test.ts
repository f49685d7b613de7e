import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandGrid, listRange, matcher } from '../../src/study/grid.ts';
import { studySchema } from '../../src/study/schema.ts';

const expand = (grid: object, settings = {}) => {
  const study = studySchema.parse({ base: 'b', settings, grids: { g: grid } });
  return expandGrid('g', study.grids.g!, study.settings);
};

it('the product of the axes, the last moving fastest, without what is excluded', () => {
  const { arms } = expand({
    axes: {
      'model.dropout': [0, 0.1],
      size: { small: { model: { dModel: 16, dFf: 32 } }, large: { 'model.dModel': 64 } },
    },
    exclude: [{ 'model.dropout': 0.1, size: ['large', 'small'] }],
  });
  expect(arms.map(({ name }) => name)).toEqual(['dropout=0 small', 'dropout=0 large']);
  expect([...arms[0]!.settings]).toEqual([
    ['model.dropout', 0],
    ['model.dModel', 16],
    ['model.dFf', 32],
  ]);
  expect(arms[1]!.labels).toEqual({ 'model.dropout': '0', size: 'large' });
});

it('settings of the study give way to the grid’s, these to the axes’', () => {
  const { arms } = expand(
    { settings: { a: { x: 2, y: 2 } }, axes: { 'a.x': [3] } },
    { 'a.x': 1, 'a.y': 1, b: [1], c: {} },
  );
  expect(Object.fromEntries(arms[0]!.settings)).toEqual({ 'a.x': 3, 'a.y': 2, b: [1], c: {} });
});

it('points without names are called after their settings; no axis is one arm', () => {
  const { arms } = expand({ axes: { size: [{ 'model.dModel': 16, 'model.norm': 'pre' }, {}] } });
  expect(arms.map(({ name }) => name)).toEqual(['dModel=16 norm=pre', 'base']);
  expect(expand({}).arms.map(({ name }) => name)).toEqual(['base']);
});

it('points named by numbers stand at them', () => {
  const named = { '0.003': { a: 1, b: 2 }, '4.5e-3': { a: 2 }, '1x': { a: 3 }, Infinity: { a: 4 } };
  const { axes } = expand({ axes: { rate: named } });
  expect(axes[0]!.points.map(({ label, value }) => [label, value])).toEqual([
    ['0.003', 0.003],
    ['4.5e-3', 0.0045],
    ['1x', undefined],
    ['Infinity', undefined],
  ]);
});

describe('ranges', () => {
  it.each([
    [{ from: 0.1, to: 0.3, step: 0.1 }, [0.1, 0.2, 0.3]],
    [{ from: 3e-4, to: 1.1e-3, factor: 1.5 }, [0.0003, 0.00045, 0.000675, 0.0010125]],
    [{ from: -1, to: -0.5, step: 0.25 }, [-1, -0.75, -0.5]],
    [{ from: 2, to: 2, step: 1 }, [2]],
    [{ from: 1, to: 8, factor: 2 }, [1, 2, 4, 8]],
  ])('%j', (range, values) => {
    expect(listRange(range)).toEqual(values);
    expect(expand({ axes: { x: range } }).arms.map(({ points }) => points[0]!.value)).toEqual(values);
  });

  it('begin at from, grow, and end at to or before', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        fc.double({ min: 1.1, max: 3, noNaN: true }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (from, factor, reach) => {
          const values = listRange({ from, to: from * reach, factor });
          expect(values[0]).toBeCloseTo(from, 10);
          expect(values.at(-1)).toBeLessThanOrEqual(from * reach * (1 + 1e-8));
          expect(values.at(-1)! * factor).toBeGreaterThan(from * reach * (1 - 1e-8));
        },
      ),
    );
  });
});

describe('mistakes', () => {
  it.each([
    [{ axes: { x: [1, 1] } }, 'grid g: the axis x has the point 1 twice'],
    [{ axes: { x: [1, 2] }, exclude: [{ y: 1 }] }, 'grid g: has no axis y; did you mean x?'],
    [{ axes: { x: [10, 20] }, exclude: [{ x: 30 }] }, 'grid g: x has no point 30; did you mean 10?'],
    [{ axes: { x: [1] }, exclude: [{ x: 1 }] }, 'grid g: every arm is excluded'],
    [{ axes: { x: { from: 0, to: 1, step: 0.00001 } } }, 'grid g: has 10001 arms, more than 10000'],
    [{ axes: { x: {} } }, 'grid g: the axis x has no points'],
  ])('%j', (grid, message) => {
    expect(() => expand(grid)).toThrow(message);
  });

  it.each([
    [{ from: 2, to: 1, step: 1 }],
    [{ from: 0, to: 1, factor: 2 }],
    [{ from: 1, to: 2 }],
    [{ from: 1, to: 2, step: 1, factor: 2 }],
    [[]],
    ['word'],
  ])('no axis: %j', (axis) => {
    expect(studySchema.safeParse({ base: 'b', grids: { g: { axes: { x: axis } } } }).success).toBe(false);
  });
});

it('a choice stands for all arms with one of its labels', () => {
  const { arms, axes } = expand({ axes: { x: [1, 2], y: ['a', 'b'] } });
  expect(arms.filter(matcher('g', axes, { y: 'b' })).map(({ name }) => name)).toEqual(['x=1 y=b', 'x=2 y=b']);
  expect(arms.filter(matcher('g', axes, {}))).toHaveLength(4);
});
