import { expect, it } from 'vitest';
import { formatLeft, formatStatus } from '../../src/commands/status-line.ts';

const training = {
  what: 'epoch 12',
  done: 1200,
  total: 4800,
  secondsLeft: 734,
  figures: ['loss 3.214', '13,000 tok/s', 'lr 1.0e-3'],
};

it('fits the width: the bar, figures and the name go, the time left stays', () => {
  const shown = [120, 80, 70, 60, 50, 40, 30, 20, 11, 5].map((columns) => {
    const line = formatStatus(training, columns);
    expect(line.length).toBeLessThanOrEqual(columns);
    return line;
  });
  expect(shown).toMatchInlineSnapshot(`
    [
      "epoch 12 [======----------------] 1200/4800 · 13 min left · loss 3.214 · 13,000 tok/s · lr 1.0e-3",
      "epoch 12 [====-------------] 1200/4800 · 13 min left · loss 3.214 · 13,000 tok/s",
      "epoch 12 1200/4800 · 13 min left · loss 3.214 · 13,000 tok/s",
      "epoch 12 1200/4800 · 13 min left · loss 3.214 · 13,000 tok/s",
      "1200/4800 · 13 min left · loss 3.214",
      "1200/4800 · 13 min left · loss 3.214",
      "1200/4800 · 13 min left",
      "13 min left",
      "13 min left",
      "13 mi",
    ]
  `);
});

it('grows a bar into the room there is, up to 24 characters', () => {
  const task = { what: 'steps', done: 5, total: 10, secondsLeft: 9.2 };
  expect([200, 40, 30, 27].map((columns) => formatStatus(task, columns))).toMatchInlineSnapshot(`
    [
      "steps [===========-----------] 5/10 · 10 s left",
      "steps [========-------] 5/10 · 10 s left",
      "steps 5/10 · 10 s left",
      "steps 5/10 · 10 s left",
    ]
  `);
});

it('tells a count alone where no end is known', () => {
  const { total: _, secondsLeft: __, ...endless } = training;
  expect(formatStatus(endless, 80)).toBe('epoch 12 1200 · loss 3.214 · 13,000 tok/s · lr 1.0e-3');
  expect(formatStatus({ what: 'valid', done: 0, total: 0 }, 80)).toBe('valid 0/0');
});

it.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [59.5, '1 min 00 s'],
  [125, '2 min 05 s'],
  [599, '9 min 59 s'],
  [600, '10 min'],
  [3541, '1 h 00 min'],
  [3720, '1 h 02 min'],
  [360_000, '100 h 00 min'],
])('%d seconds: %s', (seconds, text) => {
  expect(formatLeft(seconds)).toBe(text);
});
