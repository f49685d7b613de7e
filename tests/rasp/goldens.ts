// What np-rasp gives for random arguments; the file tells the command that made it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Argument = number | boolean | string | number[];

export interface Case {
  name: string;
  given: Argument[];
  expected: number[];
}

export const CORE = [
  'full',
  'indices',
  'tok_map',
  'seq_map',
  'sel_width',
  'aggr_mean',
  'aggr_max',
  'aggr',
  'kqv',
];

const golden = join(import.meta.dirname, '..', 'reference', 'goldens', 'rasp.json.gz');
const { cases } = JSON.parse(gunzipSync(readFileSync(golden)).toString()) as {
  cases: [string, Argument[], number[]][];
};
export const goldenCases: Case[] = cases.map(([name, given, expected]) => ({ name, given, expected }));

const shared = `${process.env.TX_GOLDEN ?? '../shared/golden'}/np-rasp-random.jsonl.gz`;
export const hasShared = existsSync(shared);

/** Other calls, made by others; none where the file is not at hand. */
export function sharedCases(): Case[] {
  const lines = gunzipSync(readFileSync(shared)).toString().trim().split('\n');
  return lines.map((line) => {
    const { f, args, out } = JSON.parse(line) as { f: string; args: Record<string, Argument>; out: number[] };
    const name = f.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const order: Record<string, string[]> = {
      sel_width: ['k', 'q', 'pred', 'causal'],
      kqv: ['k', 'q', 'v', 'pred', 'default', 'reduction'],
      mask: ['x', 'mask', 'value'],
    };
    const keys = order[name] ?? Object.keys(args);
    return { name, given: keys.map((key) => args[key]!), expected: out };
  });
}
