// Whether a machine is quiet enough to measure on: what other processes do over a moment, from the kernel's counters.
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** Busy share of all processors, 0 to 1, between two readings of their times. */
export function busyShare(before, after) {
  const sum = (reading) =>
    reading.reduce(
      ({ idle, all }, { times }) => ({
        idle: idle + times.idle,
        all: all + times.user + times.nice + times.sys + times.irq + times.idle,
      }),
      { idle: 0, all: 0 },
    );
  const [a, b] = [sum(before), sum(after)];
  return b.all === a.all ? 0 : 1 - (b.idle - a.idle) / (b.all - a.all);
}

/** The busy share over `seconds`, while this process sleeps. */
export async function measureBusy(seconds) {
  const before = cpus();
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  return busyShare(before, cpus());
}

/** Most that others may take of all processors, and how long and how often they are watched. */
const BUSY = 0.05;
const SECONDS = 3;
const TRIES = 20;

/**
 * Waits until others leave the machine alone. Where they do not: an Error, or, if `force` goes on all the same, a
 * warning. Gives whether the machine is quiet.
 */
export async function waitForQuiet(force) {
  let busy = 1;
  for (let i = 0; i < (force ? 1 : TRIES) && busy > BUSY; i++) busy = await measureBusy(SECONDS);
  if (busy <= BUSY) return true;
  const told = `other processes take ${Math.round(100 * busy)}% of the processors, more than ${100 * BUSY}%`;
  if (!force) throw new Error(`${told}; end them, or give --force for figures that do not compare`);
  console.error(`warning: ${told}`);
  return false;
}

/** What a table says of the quiet that `disturbed` of its measurements did not have. */
export function describeQuiet(disturbed, measurements) {
  return disturbed === 0
    ? `others took at most ${100 * BUSY}% of the processors before each measurement`
    : `${disturbed} of ${measurements} measurements began on a BUSY machine: do not compare`;
}

/** Processor, cores, memory, Node and kernel load in one line. */
export function describeMachine() {
  const models = [...new Set(cpus().map(({ model }) => model.trim()))].join(', ');
  const gigabytes = Math.round(totalmem() / 1e9);
  const load = loadavg().map((value) => value.toFixed(2));
  return `${cpus().length} cores of ${models}${flags()}, ${gigabytes} GB; Node ${process.versions.node}; load averages ${load.join(', ')}`;
}

/** The wide instructions that Linux tells of. */
function flags() {
  try {
    const [, listed = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    const known = ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'].filter((flag) =>
      listed.includes(` ${flag}`),
    );
    return known.length > 0 ? ` (${known.join(', ')})` : '';
  } catch {
    return '';
  }
}

/** Half the distance between the largest and the smallest, as a percentage of the median: `±2.1%`. */
export function spread(numbers) {
  const half = (Math.max(...numbers) - Math.min(...numbers)) / 2;
  return `±${((100 * half) / median(numbers)).toFixed(1)}%`;
}

/** The middle value, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
