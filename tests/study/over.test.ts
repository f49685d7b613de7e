import { describe, expect, it } from 'vitest';
import { expandGrid } from '../../src/study/grid.ts';
import { findOver } from '../../src/study/over.ts';
import { studySchema } from '../../src/study/schema.ts';

const find = (axes: object, report: object) => {
  const config = studySchema.parse({ base: 'b', grids: { g: { axes, report } } }).grids.g!;
  const { arms, axes: found } = expandGrid('g', config, {});
  return { arms, over: findOver('g', found, arms, config.report) };
};
const places = ({ arms, over }: ReturnType<typeof find>) => arms.map((arm) => over!.seriesOf(arm));

const axes = { heads: { one: {}, many: {} }, 'model.dFf': [8, 16] };

it('an axis of numbers, or else a figure', () => {
  expect(find(axes, {}).over).toBe(undefined);
  expect(find(axes, { x: 'model.dFf' }).over).toMatchObject({ x: 'model.dFf', isFigure: false });
  expect(find(axes, { x: 'parameters' }).over).toMatchObject({ x: 'parameters', isFigure: true });
  expect(find(axes, { x: 'valid.loss' }).over!.isFigure).toBe(true);
  expect(find({ seconds: [1, 2] }, { x: 'seconds' }).over!.isFigure).toBe(false);
});

it('arms have their names', () => {
  expect(places(find(axes, { x: 'parameters' }))[0]).toEqual({ label: 'one dFf=8' });
});

it('a series for each point of an axis, or of arms that are named', () => {
  expect(places(find(axes, { x: 'parameters', series: 'heads' }))).toEqual([
    { series: 'one', label: 'dFf=8' },
    { series: 'one', label: 'dFf=16' },
    { series: 'many', label: 'dFf=8' },
    { series: 'many', label: 'dFf=16' },
  ]);
  expect(places(find({ heads: axes.heads }, { x: 'parameters', series: 'heads' }))).toEqual([
    { series: 'one', label: 'one' },
    { series: 'many', label: 'many' },
  ]);
  const series = { front: { heads: ['many'] }, small: { heads: 'one', 'model.dFf': 8 } };
  expect(places(find(axes, { x: 'parameters', series })).map((place) => place.series)).toEqual([
    'small',
    undefined,
    'front',
    'front',
  ]);
});

describe('mistakes', () => {
  it.each([
    [
      { x: 'bytes' },
      'grid g: report.x is no axis and no figure: bytes; its axes: heads, model.dFf; figures: test.NAME, valid.NAME, parameters,',
    ],
    [{ x: 'heads' }, 'grid g: report.x is an axis of numbers, or a figure, which heads is not'],
    [{ series: 'heads' }, 'drawn over a figure; there is no report.x'],
    [{ x: 'model.dFf', series: 'heads' }, 'drawn over a figure; report.x is the axis model.dFf'],
    [{ x: 'parameters', series: 'head' }, 'grid g: report.series: has no axis head; did you mean heads?'],
    [{ x: 'parameters', series: { a: { heads: 'two' } } }, 'grid g: report.series: heads has no point two'],
    [
      { x: 'parameters', series: { a: { heads: 'one' }, b: {} } },
      'grid g: report.series: the arm one dFf=8 is in both a and b',
    ],
  ])('%j', (report, message) => {
    expect(() => find(axes, report)).toThrow(message);
  });
});
