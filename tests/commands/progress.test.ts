import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TaskBar, TrainProgress } from '../../src/commands/progress.ts';
import { createLog } from '../../src/util/log.ts';

let written: string;
beforeEach(() => {
  vi.useFakeTimers();
  written = '';
});
afterEach(() => vi.useRealTimers());

const stream = (isTTY: boolean, columns = 80) => ({
  isTTY,
  columns,
  write: (text: string) => (written += text),
});
/** What the lines of a terminal would show at last. */
const screen = () =>
  written.split('\n').map((line) => line.slice(line.lastIndexOf('\r') + 1).replace('\u001b[K', ''));

const tick = {
  step: 50,
  totalSteps: 100,
  secondsLeft: 90,
  epoch: 2,
  loss: 1,
  learningRate: 1e-3,
  speed: { unit: 'tokens', perSecond: 5 },
};
const validation = {
  event: 'validation',
  step: 50,
  epoch: 2,
  figures: { loss: 1, nll: 1, perplexity: Math.E },
  best: true,
  seconds: 90,
} as const;
const step = {
  event: 'step',
  step: 50,
  epoch: 2,
  figures: { loss: 1, nll: 1 },
  gradientNorm: 1,
  skipped: 0,
  learningRate: 1e-3,
  speed: { unit: 'tokens', perSecond: 5 },
  seconds: 90,
} as const;

it('shows training at the bottom of a terminal, and keeps the time left over validations', () => {
  const progress = new TrainProgress(createLog(stream(true), { env: {} }));
  progress.note('begins');
  progress.tick(tick);
  progress.event(step);
  expect(screen()).toEqual([
    'begins',
    expect.stringMatching(/^epoch 2 \[=+-+\] 50\/100 · 1 min 30 s left · loss 1\.000/),
  ]);
  progress.progress('validation', 1, 10);
  vi.advanceTimersByTime(3000);
  progress.progress('validation', 2, 10);
  expect(screen().at(-1)).toMatch(/^validation \[=+-+\] 2\/10 · 12 s left$/);
  progress.event(validation);
  expect(screen().slice(1)).toEqual([expect.stringMatching(/^epoch 2 step 50: validation loss/), '']);
  progress.tick({ ...tick, step: 51, secondsLeft: 88 });
  expect(screen().at(-1)).toContain('1 min 28 s left');
  progress.stop();
  expect(screen().at(-1)).toBe('');
  // Nothing but the line itself is touched: no cursor hidden, no wrapping turned off.
  expect(written.replaceAll('\r\u001b[K', '')).not.toContain('\u001b');
});

it.each([
  ['no terminal', false, {}],
  ['a dumb terminal', true, { TERM: 'dumb' }],
])('%s: lines alone', (_name, isTTY, env) => {
  const progress = new TrainProgress(createLog(stream(isTTY), { env }));
  progress.tick(tick);
  progress.event(step);
  progress.event(validation);
  progress.stop();
  expect(written).toMatch(/^epoch 2 step 50: loss 1\.0000 .*\nepoch 2 step 50: validation loss .*\n$/);
});

it('shows a task after two seconds, ten times a second at most', () => {
  const log = createLog(stream(true, 40), { env: {} });
  const bar = new TaskBar(log);
  bar.update('steps', 1, 100);
  vi.advanceTimersByTime(1900);
  bar.update('steps', 10, 100);
  expect(written).toBe('');
  vi.advanceTimersByTime(200);
  bar.update('steps', 20, 100);
  expect(screen()).toEqual([expect.stringMatching(/^steps \[=+-+\] 20\/100 · 9 s left$/)]);
  const before = written;
  vi.advanceTimersByTime(50);
  bar.update('steps', 21, 100);
  expect(written).toBe(before);
  log.warn('x');
  expect(screen()).toEqual([expect.stringContaining('x'), '']);
  bar.update('steps', 100, 100);
  expect(screen().at(-1)).toBe('');
});

it('--quiet shows nothing', () => {
  const log = createLog(stream(true), { env: {}, level: 'error' });
  new TrainProgress(log).tick(tick);
  expect(written).toBe('');
});
