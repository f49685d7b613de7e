// The figures of a training over its updates, epochs and time, out of the lines of metrics.jsonl.
import { downsample } from '../report/downsample.ts';
import { figuresOf, type RunEvent } from '../run/records.ts';

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

/** More figures than any training tells: what is beyond came of a damaged file. */
const MAX_FIGURES = 40;

/** Where a value is told. */
type Place = Omit<CurvePoint, 'value'>;

/**
 * The curves by figure and set, in the order in which they first occur, of at most `count` points each (see
 * downsample.ts). Of millions of values only numbers are held.
 */
export function readCurves(events: readonly RunEvent[], count: number): Curve[] {
  const epochAt = measureEpochs(events);
  const all = new Map<string, { figure: string; set: Curve['set']; places: Place[]; values: number[] }>();
  for (const event of events) {
    const { step, seconds = 0 } = event;
    if (step === undefined || (event.event !== 'step' && event.event !== 'validation')) continue;
    const set = event.event === 'step' ? 'train' : 'valid';
    const place: Place = { step, epoch: epochAt(event), seconds };
    for (const [figure, value] of figuresOf(event)) {
      const key = `${set} ${figure}`;
      let told = all.get(key);
      if (told === undefined) {
        if (all.size === MAX_FIGURES) continue;
        told = { figure, set, places: [], values: [] };
        all.set(key, told);
      }
      told.places.push(place);
      told.values.push(value);
    }
  }
  return [...all.values()].map(({ figure, set, places, values }) => {
    const chosen = downsample([...values.keys()], count, (i) => [places[i]!.step, values[i]!]);
    return { figure, set, points: chosen.map((i) => ({ ...places[i]!, value: values[i]! })) };
  });
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
