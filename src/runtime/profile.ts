// onnxruntime's profile as a table: time by operator.
import { basename, dirname, join } from 'node:path';
import { listFolder, remove } from '../util/files.ts';
import { readText } from '../util/text.ts';

export interface OperatorTime {
  operator: string;
  milliseconds: number;
  calls: number;
}

interface ProfileEvent {
  cat: string;
  name: string;
  ts: number;
  dur: number;
  args?: { op_name?: string };
}

/**
 * Time by operator and run, the largest first, from the profile files that a session with `prefix` has written;
 * the first `skipRuns` runs are left out. The files are removed.
 */
export function takeProfile(prefix: string, skipRuns: number): OperatorTime[] {
  const files = listFolder(dirname(prefix)).filter((name) => name.startsWith(basename(prefix)));
  const events = files.flatMap((name): ProfileEvent[] => {
    const path = join(dirname(prefix), name);
    const parsed = JSON.parse(readText(path));
    remove(path);
    return parsed;
  });
  const runs = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  const counted = runs.slice(skipRuns);
  const from = counted[0]?.ts ?? 0;
  const times = new Map<string, OperatorTime>();
  for (const { cat, name, ts, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < from) continue;
    const operator = args?.op_name ?? 'unknown';
    const entry = times.get(operator) ?? { operator, milliseconds: 0, calls: 0 };
    entry.milliseconds += dur / 1000 / counted.length;
    entry.calls += 1 / counted.length;
    times.set(operator, entry);
  }
  return [...times.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
