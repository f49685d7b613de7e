import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildSchedule, scheduleSchema } from '../../src/optim/schedules.ts';
import { UsageError } from '../../src/util/errors.ts';

interface Golden {
  steps: number[];
  cases: { name: string; config: Record<string, number>; rates: number[] }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../reference/goldens/schedules.json', import.meta.url), 'utf8'),
);
const keys: Record<string, string> = { peak: 'learningRate', min: 'minLearningRate' };

describe('rates', () => {
  it.each(golden.cases)('$name $config', ({ name, config: { dModel = 1, ...config }, rates }) => {
    const renamed = Object.entries(config).map(([key, value]) => [keys[key] ?? key, value]);
    const schedule = buildSchedule(scheduleSchema.parse({ type: name, ...Object.fromEntries(renamed) }), {
      dModel,
    });
    golden.steps.forEach((step, i) => {
      expect(Math.abs(schedule(step) - rates[i]!)).toBeLessThanOrEqual(1e-12 * rates[i]! + 1e-18);
    });
  });

  it('warms up from a given rate', () => {
    const config = { type: 'inverseSqrt', learningRate: 1, warmupSteps: 10, warmupFrom: 0.5 };
    const schedule = buildSchedule(scheduleSchema.parse(config), { dModel: 1 });
    expect([5, 10, 40].map(schedule)).toEqual([0.75, 1, 0.5]);
  });

  it.each(['linear', 'cosine'])('%s ends with the training unless it is told otherwise', (type) => {
    const ends = (settings: object) => {
      const config = scheduleSchema.parse({ type, learningRate: 1, warmupSteps: 2, ...settings });
      const schedule = buildSchedule(config, { dModel: 1, maxSteps: 10 });
      return [9, 10, 19, 20].map((step) => schedule(step) > 1e-12);
    };
    expect(ends({})).toEqual([true, false, false, false]);
    expect(ends({ totalSteps: 20 })).toEqual([true, true, true, false]);
  });

  it('may rise in a share of the updates', () => {
    const config = scheduleSchema.parse({ type: 'linear', learningRate: 1, warmupShare: 0.25 });
    const rate = buildSchedule(config, { dModel: 1, maxSteps: 10 });
    const counted = scheduleSchema.parse({ type: 'linear', learningRate: 1, warmupSteps: 2 });
    const same = buildSchedule(counted, { dModel: 1, maxSteps: 10 });
    for (let n = 1; n <= 11; n++) expect(rate(n)).toBe(same(n));
    expect(() => buildSchedule({ ...config, warmupSteps: 1 } as never, { dModel: 1, maxSteps: 10 })).toThrow(
      'not both',
    );
  });

  it('falls from the start on where it is told to, as in the code of BERT', () => {
    const config = { type: 'linear', learningRate: 1, warmupSteps: 4, decayFrom: 'start' };
    const schedule = buildSchedule(scheduleSchema.parse(config), { dModel: 1, maxSteps: 10 });
    expect([1, 2, 4, 5, 6, 9, 10, 11].map(schedule)).toEqual(
      [0.25, 0.5, 1, 0.5, 0.4, 0.1, 0, 0].map((rate) => expect.closeTo(rate, 12)),
    );
  });

  it('refuses what has no end, or no room to fall', () => {
    const config = scheduleSchema.parse({ type: 'linear', learningRate: 1, warmupSteps: 10 });
    expect(() => buildSchedule(config, { dModel: 1 })).toThrow(UsageError);
    expect(() => buildSchedule(config, { dModel: 1, maxSteps: 10 })).toThrow(/schedule\.warmupSteps/);
    expect(() => buildSchedule(config, { dModel: 1, maxSteps: 11 })).not.toThrow();
  });
});

describe('scheduleSchema', () => {
  it.each([
    {},
    { type: 'step', learningRate: 1 },
    { type: 'constant' },
    { type: 'constant', learningRate: 0 },
    { type: 'noam', warmupSteps: 0 },
    { type: 'noam', learningRate: 1 },
    { type: 'cosine', learningRate: 1, warmupSteps: 1.5 },
  ])('refuses %j', (config) => {
    expect(scheduleSchema.safeParse(config).success).toBe(false);
  });
});
