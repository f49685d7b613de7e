// The figures of a training over its updates, epochs and time, out of the lines of metrics.jsonl.
import type { RunEvent } from '../run/records.ts';

export interface CurvePoint {
  readonly step: number;
  /** Epochs done, with a fraction. */
  readonly epoch: number;
  /** Seconds of training. */
  readonly seconds: number;
  readonly value: number;
}

export interface Curve {
  /** Its name in metrics.jsonl, or that of the task's figure, such as BLEU. */
  readonly figure: string;
  readonly set: 'train' | 'valid';
  readonly points: readonly CurvePoint[];
}

/** Keys of a line that are no figures. */
const OTHERS = [
  'event',
  'step',
  'epoch',
  'seconds',
  'metric',
  'score',
  'set',
  'weights',
  'signature',
  'best',
];
/** More figures than any training tells: what is beyond came of a damaged file. */
const MAX_FIGURES = 40;

/** The curves by figure and set, in the order in which they first occur. */
export function readCurves(events: readonly RunEvent[]): Curve[] {
  const epochAt = measureEpochs(events);
  const curves = new Map<string, Curve & { points: CurvePoint[] }>();
  for (const event of events) {
    const { step, seconds = 0 } = event;
    if (step === undefined || (event.event !== 'step' && event.event !== 'validation')) continue;
    const set = event.event === 'step' ? 'train' : 'valid';
    const at = { step, epoch: epochAt(event), seconds };
    for (const [figure, value] of figuresOf(event)) {
      const key = `${set} ${figure}`;
      let curve = curves.get(key);
      if (curve === undefined) {
        if (curves.size === MAX_FIGURES) continue;
        curve = { figure, set, points: [] };
        curves.set(key, curve);
      }
      curve.points.push({ ...at, value });
    }
  }
  return [...curves.values()];
}

function figuresOf(event: RunEvent): [string, number][] {
  const { metric, score } = event;
  const figures = Object.entries(event).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && !OTHERS.includes(entry[0]),
  );
  return metric === undefined || score === undefined ? figures : [...figures, [metric, score]];
}

/**
 * Epochs done at an event: inside an epoch by the share of its updates. An epoch ends with the last update that is told
 * of it; the last epoch is taken to be as long as the longest before.
 */
function measureEpochs(events: readonly RunEvent[]): (event: RunEvent) => number {
  const ends = new Map<number, number>();
  for (const { epoch, step } of events) {
    if (epoch === undefined || step === undefined) continue;
    ends.set(epoch, Math.max(step, ends.get(epoch) ?? 0));
  }
  const last = Math.max(0, ...ends.keys());
  let longest = 0;
  for (const [epoch, end] of ends) {
    const before = epoch === 1 ? 0 : ends.get(epoch - 1);
    if (before !== undefined && epoch < last) longest = Math.max(longest, end - before);
  }
  return ({ epoch = 0, step = 0 }) => {
    const before = epoch === 1 ? 0 : (ends.get(epoch - 1) ?? step);
    const own = (ends.get(epoch) ?? step) - before;
    const length = epoch === last ? Math.max(own, longest) : own;
    return length <= 0 ? epoch : epoch - 1 + Math.min(1, (step - before) / length);
  };
}
