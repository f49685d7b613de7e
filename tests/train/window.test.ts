import { expect, it, vi } from 'vitest';
import type { Objective } from '../../src/objectives/objective.ts';
import { emptyWindow, Window, type WindowState, windowSchema } from '../../src/train/window.ts';

const objective: Objective = {
  inputs: {},
  terms: { crossEntropy: { per: 'tokens', scale: 1 } },
  statistics: { nll: { per: 'tokens' } },
  signature: '',
  build: () => ({}),
};
const newWindow = (state?: WindowState) => new Window(objective, state);

const made = (loss: number, tokens: number) => ({
  sums: { crossEntropy: loss * tokens, nll: (loss * tokens) / 2 },
  weights: { tokens },
  loss,
  gradientNorm: 10 * loss,
  skipped: false,
});
const skipped = (loss: number) => ({
  sums: { crossEntropy: loss, nll: loss },
  weights: { tokens: 1000 },
  loss,
  gradientNorm: Number.NaN,
  skipped: true,
});

it('means are over tokens and updates; skipped updates have no part in them and are counted', () => {
  const window = newWindow();
  window.add(skipped(Number.NaN));
  window.add(made(2, 10));
  window.add(skipped(Number.POSITIVE_INFINITY));
  window.add(made(5, 20));
  const { speed, ...means } = window.means();
  expect(means).toEqual({ figures: { loss: 4, nll: 2 }, gradientNorm: 35, skipped: 2 });
  expect(speed.unit).toBe('tokens');
  expect(speed.perSecond).toBeGreaterThan(0);
});

it('a stored window goes on as if it had not been stored', () => {
  const [whole, first] = [newWindow(), newWindow()];
  for (const window of [whole, first]) {
    window.add(made(2, 10));
    window.add(skipped(Number.NaN));
  }
  const second = newWindow(windowSchema.parse(JSON.parse(JSON.stringify(first.state))));
  for (const window of [whole, second]) window.add(made(5, 20));
  const { speed: _, ...means } = second.means();
  expect(whole.means()).toMatchObject(means);
});

it('of a stored window whose sums were not finite nothing is left', () => {
  const spoilt = { sums: { nll: null }, weights: {}, norm: null, updates: 3, skipped: 0, milliseconds: 5 };
  const former = { loss: 1, nll: 1, tokens: 30, norm: 1, updates: 3, milliseconds: 5 };
  for (const state of [spoilt, former, 'x']) expect(windowSchema.parse(state)).toEqual(emptyWindow());
});

it('a loss of several terms is the sum of their means, each over its own weight', () => {
  const window = new Window({
    inputs: {},
    terms: { masked: { per: 'masked', scale: 1 }, next: { per: 'pairs', scale: 0.5 } },
    statistics: { correct: { per: 'pairs' } },
    signature: '',
    build: () => ({}),
  });
  const update = (masked: number, pairs: number) =>
    window.add({
      sums: { masked: 3 * masked, next: 4 * pairs, correct: pairs / 2 },
      weights: { masked, pairs },
      loss: 5,
      gradientNorm: 1,
      skipped: false,
    });
  update(10, 2);
  update(0, 6);
  expect(window.means().figures).toEqual({ loss: 5, masked: 3, next: 4, correct: 0.5 });
});

it('time is that of the updates: what lies between a restart and the update before it is left out', () => {
  let now = 1000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    const window = newWindow();
    now += 200;
    window.add(made(1, 30));
    now += 5000;
    window.restart();
    now += 300;
    window.add(made(1, 70));
    expect(window.state.milliseconds).toBe(500);
    expect(window.means().speed).toEqual({ unit: 'tokens', perSecond: 200 });
  } finally {
    clock.mockRestore();
  }
});
