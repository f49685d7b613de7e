import { expect, it } from 'vitest';
import { doubtWarmup, estimateSecondsLeft } from '../../src/train/outlook.ts';
import { Toy, trainToy } from './toy.ts';

it.each([
  ['at the pace up to now', {}, { step: 100, totalSteps: 400, seconds: 50 }, 150],
  ['up to the end of the time', { maxMinutes: 1 }, { step: 100, totalSteps: undefined, seconds: 50 }, 10],
  ['whichever is first', { maxMinutes: 1 }, { step: 100, totalSteps: 110, seconds: 50 }, 5],
  ['never less than none', { maxMinutes: 1 }, { step: 100, totalSteps: undefined, seconds: 70 }, 0],
  ['unknown', {}, { step: 100, totalSteps: undefined, seconds: 50 }, undefined],
])('the time left: %s', (_name, training, now, left) => {
  expect(estimateSecondsLeft(training, now)).toBe(left);
});

const config = {
  schedule: { type: 'inverseSqrt' as const, learningRate: 1e-3, warmupSteps: 2000, warmupFrom: 0 },
  training: { maxEpochs: 20 } as never,
};

it('doubts a training that ends inside its warm-up', () => {
  expect(doubtWarmup(config, 120)).toBe(
    'training ends after 120 updates, inside the warm-up of 2,000: the learning rate reaches 6% of its peak. Set schedule.warmupSteps to 30 or so, or make more updates: a larger training.maxEpochs or smaller batches',
  );
  const other = { ...config, training: { maxSteps: 2000 } as never };
  expect(doubtWarmup(other, 2000)).toMatch(/a larger training\.maxSteps or smaller batches$/);
});

it('has no doubt where the warm-up ends before, or no end is known', () => {
  expect(doubtWarmup(config, 2001)).toBeUndefined();
  expect(doubtWarmup(config, undefined)).toBeUndefined();
  const none = { ...config, schedule: { type: 'constant' as const, learningRate: 1, warmupSteps: 0 } };
  expect(doubtWarmup(none, 1)).toBeUndefined();
});

it('training tells its doubt, once it knows its length', async () => {
  const toy = new Toy();
  try {
    const sections = { schedule: { type: 'constant' as const, warmupSteps: 50 }, training: { maxSteps: 1 } };
    const { warnings } = await trainToy(toy.config(sections), toy.folder());
    expect(warnings).toEqual([
      expect.stringMatching(/^training ends after 1 update, inside the warm-up of 50: /),
    ]);
  } finally {
    toy.remove();
  }
});
