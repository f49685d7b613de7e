import { afterEach, expect, it, vi } from 'vitest';
import { Interruption } from '../../src/commands/interruption.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s is a wish, and code %i; the second ends the process, unless it is an echo', (name, code) => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
  const onEnd = vi.fn();
  const counts = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => process.listenerCount(signal));
  const before = counts();
  const interruption = new Interruption(onEnd);
  expect(counts()).toEqual(before);
  const signal = interruption.signal();
  expect(interruption.signal()).toBe(signal);
  expect(counts()).toEqual(before.map((count) => count + 1));
  expect([signal.aborted, interruption.exitCode]).toEqual([false, undefined]);
  process.emit(name);
  expect([signal.aborted, interruption.exitCode]).toEqual([true, code]);
  now.mockReturnValue(1499);
  process.emit('SIGINT');
  process.emit('SIGHUP');
  expect([exit.mock.calls, onEnd.mock.calls, interruption.exitCode]).toEqual([[], [], code]);
  now.mockReturnValue(1500);
  process.emit('SIGTERM');
  expect([exit.mock.calls, onEnd.mock.calls.length]).toEqual([[[143]], 1]);
  interruption.dispose();
  expect(counts()).toEqual(before);
});

it('knows its own reason', () => {
  vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const interruption = new Interruption(() => {});
  const signal = interruption.signal();
  expect(interruption.isReason(signal.reason)).toBe(false);
  process.emit('SIGINT');
  expect([interruption.isReason(signal.reason), interruption.isReason(new Error())]).toEqual([true, false]);
  interruption.dispose();
});
