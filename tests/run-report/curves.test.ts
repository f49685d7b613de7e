import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/run/records.ts';
import { readCurves } from '../../src/run-report/curves.ts';

const step = (at: number, epoch: number, more = {}): RunEvent => ({
  event: 'step',
  step: at,
  epoch,
  seconds: at / 10,
  loss: 10 - at,
  ...more,
});

it('has a curve for each figure of each set, the task figure under its own name', () => {
  const validation = { event: 'validation', step: 4, epoch: 2, seconds: 1, loss: 3, best: true };
  const curves = readCurves(
    [
      step(1, 1, { learningRate: 0.1 }),
      step(2, 1, { learningRate: 0.2 }),
      { ...validation, metric: 'BLEU', score: 12 },
      { event: 'result', metric: 'BLEU', score: 99, seconds: 2 },
    ],
    100,
  );
  expect(curves.map(({ figure, set, points }) => [figure, set, points.map(({ value }) => value)])).toEqual([
    ['loss', 'train', [9, 8]],
    ['learningRate', 'train', [0.1, 0.2]],
    ['loss', 'valid', [3]],
    ['BLEU', 'valid', [12]],
  ]);
});

it('places updates inside their epochs; one that goes on is as long as those before', () => {
  const [loss] = readCurves([step(5, 1), step(10, 1), step(15, 2), step(20, 2), step(22, 3)], 100);
  expect(loss!.points.map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5, 2, 2.2]);
});

it('passes over what is no figure', () => {
  const odd = { event: 'step', step: 1, loss: undefined, what: 'text', list: [1] } as unknown as RunEvent;
  expect(readCurves([odd, { event: 'other', step: 1, loss: 1 }, { event: 'step', loss: 1 }], 100)).toEqual(
    [],
  );
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]));
  expect(readCurves([step(1, 1, many)], 100).length).toBeLessThan(50);
});
