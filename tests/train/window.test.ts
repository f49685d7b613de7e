import { expect, it } from 'vitest';
import { Window, windowSchema } from '../../src/train/window.ts';

const made = (loss: number, tokens: number) => ({
  loss,
  nll: loss / 2,
  tokens,
  gradientNorm: 10 * loss,
  skipped: false,
});
const skipped = (loss: number) => ({
  loss,
  nll: loss,
  tokens: 1000,
  gradientNorm: Number.NaN,
  skipped: true,
});

it('means are over tokens and updates; skipped updates have no part in them and are counted', () => {
  const window = new Window();
  window.add(skipped(Number.NaN));
  window.add(made(2, 10));
  window.add(skipped(Number.POSITIVE_INFINITY));
  window.add(made(5, 20));
  const { tokensPerSecond, ...means } = window.means();
  expect(means).toEqual({ loss: 4, nll: 2, gradientNorm: 35, skipped: 2 });
  expect(tokensPerSecond).toBeGreaterThan(0);
});

it('a stored window goes on as if it had not been stored', () => {
  const [whole, first] = [new Window(), new Window()];
  for (const window of [whole, first]) {
    window.add(made(2, 10));
    window.add(skipped(Number.NaN));
  }
  const second = new Window(windowSchema.parse(JSON.parse(JSON.stringify(first.state))));
  for (const window of [whole, second]) window.add(made(5, 20));
  const { tokensPerSecond: _, ...means } = second.means();
  expect(whole.means()).toMatchObject(means);
});

it('of a stored window whose sums were not finite nothing is left', () => {
  const spoilt = { loss: null, nll: null, tokens: 30, norm: null, updates: 3, milliseconds: 5 };
  const zero = { loss: 0, nll: 0, tokens: 0, norm: 0, updates: 0, skipped: 0, milliseconds: 0 };
  expect(windowSchema.parse(spoilt)).toEqual(zero);
});
