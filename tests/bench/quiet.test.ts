import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const url = new URL('./quiet.mjs', import.meta.url).href;
type Reading = { times: { user: number; nice: number; sys: number; idle: number; irq: number } }[];
const { busyShare, describeMachine, describeQuiet, median, spread } = (await import(url)) as {
  busyShare(before: Reading, after: Reading): number;
  describeMachine(): string;
  describeQuiet(disturbed: number, measurements: number): string;
  median(numbers: number[]): number;
  spread(numbers: number[]): string;
};

const core = (user: number, nice: number, idle: number) => ({ times: { user, nice, sys: 0, idle, irq: 0 } });

it('the busy share is of all processors, whatever the priority', () => {
  const before = [core(100, 0, 100), core(0, 50, 100)];
  expect(busyShare(before, [core(100, 0, 200), core(0, 50, 200)])).toBe(0);
  expect(busyShare(before, [core(150, 0, 150), core(0, 50, 200)])).toBe(0.25);
  expect(busyShare(before, [core(200, 0, 100), core(0, 150, 100)])).toBe(1);
  expect(busyShare(before, before)).toBe(0);
});

it('medians and spreads', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect([spread([100, 90, 110]), spread([5])]).toEqual(['±10.0%', '±0.0%']);
});

it('names the conditions', () => {
  expect(describeMachine()).toMatch(
    /^\d+ cores of .+ GB; Node \d+\.\d+\.\d+; load averages [\d.]+, [\d.]+, [\d.]+$/,
  );
  expect(describeQuiet(0, 3)).toMatch(/at most 5% of the processors before each/);
  expect(describeQuiet(2, 3)).toMatch(/^2 of 3 measurements began on a BUSY machine/);
});

it.each([
  ['compare.mjs', ['--sizes', 'huge'], /^error: --sizes are of tiny, base/],
  ['soak.mjs', ['--updates', '1050'], /^error: --updates is a multiple of 100/],
])('%s refuses %j', async (name, args, stderr) => {
  const script = new URL(`./${name}`, import.meta.url).pathname;
  await expect(promisify(execFile)(process.execPath, [script, ...args])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(stderr),
  });
});
