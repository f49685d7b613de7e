// Odd input against the whole command line. Whatever it is, a command does its work or says in one line what is wrong,
// ends with the right exit code, leaves nothing behind and takes little time and memory.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { tx } from '../commands/run.ts';

/** One input. In `argv` and in texts `{}` stands for the folder of the trial. */
export interface Trial {
  name: string;
  argv: readonly string[];
  stdin?: string | Uint8Array;
  /** Files to make beforehand, by their path in the folder; null makes a folder. */
  files?: Readonly<Record<string, string | Uint8Array | null>>;
  /** Whether an error may have more lines than one: configs have a line for each mistake. */
  isConfig?: boolean;
}

/** Milliseconds for a kind, on a machine however busy. */
export const PATIENCE = 600_000;

/** What may appear in the folder of a trial that succeeds. */
const PRODUCTS = /^(out\b|run\b)/;
/** Seconds of processor time and bytes of memory that a trial may take. */
const MAX_SECONDS = 10;
const MAX_BYTES = 1e9;
const MAX_LINE = 1000;

/** What only a programmer can read: texts of libraries and the engine. */
const RAW =
  /[Ii]nternal error|onnx|ONNX|protobuf|[Zz]od\b|Cannot read|is not (a function|iterable|defined)|\bundefined\b|\[object|Error:|\b(ENO|EACC|EIS|EEX|ENAME|EINV|EMF|EPERM|ERR_)[A-Z]+|Unexpected (token|end)|Invalid (array|typed|string)|out of memory|node:|\.[jt]s:\d|Too (small|big)|Invalid input|bad allocation|wasm|emscripten/;

export class Hunt {
  readonly dir = mkdtempSync(join(tmpdir(), 'tx-fuzz-'));
  readonly #fixture: string | undefined;
  #trials = 0;

  /** A copy of the `fixture` folder is there in every trial. */
  constructor(fixture?: string) {
    this.#fixture = fixture;
  }

  /** The faults of all trials, one text each. */
  async run(trials: readonly Trial[]): Promise<string[]> {
    const faults: string[] = [];
    for (const trial of trials) {
      const fault = await this.#try(trial);
      if (fault !== undefined) faults.push(`${trial.name}: ${fault}`);
    }
    return faults;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #try({ argv, stdin, files = {}, isConfig = false }: Trial): Promise<string | undefined> {
    const folder = join(this.dir, String(++this.#trials));
    const temporary = join(this.dir, 'tmp');
    mkdirSync(temporary, { recursive: true });
    if (this.#fixture !== undefined) cpSync(this.#fixture, folder, { recursive: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) place(join(folder, name), content, folder);
    const before = listing(folder);
    const [env, start] = [process.env.TMPDIR, process.cpuUsage()];
    process.env.TMPDIR = temporary;
    try {
      const fill = (text: string) => text.replaceAll('{}', folder);
      const result = await tx([...argv.map(fill), '-q'], { ...(stdin !== undefined && { stdin }) });
      const { user, system } = process.cpuUsage(start);
      return (
        judge(result, isConfig) ??
        judgeLeft(before, listing(folder), isKept(result)) ??
        (readdirSync(temporary).length > 0 ? `left ${readdirSync(temporary)} behind` : undefined) ??
        ((user + system) / 1e6 > MAX_SECONDS ? `took ${(user + system) / 1e6} s` : undefined) ??
        (process.memoryUsage.rss() > MAX_BYTES ? 'took too much memory' : undefined)
      );
    } finally {
      if (env === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = env;
      rmSync(folder, { recursive: true, force: true });
      rmSync(temporary, { recursive: true, force: true });
    }
  }
}

function judge({ code, stderr }: { code: number; stderr: string }, isConfig: boolean): string | undefined {
  const shown = JSON.stringify(stderr.slice(0, 300));
  if (![0, 1, 2].includes(code)) return `exit code ${code}: ${shown}`;
  if (code === 0) return stderr === '' ? undefined : `succeeds and says ${shown}`;
  const lines = stderr.split('\n').slice(0, -1);
  if (lines.length === 0 || lines.some((line) => !line.startsWith('tx: '))) return `says ${shown}`;
  if (lines.length > 1 && !isConfig) return `says more than a line: ${shown}`;
  if (lines.some((line) => line.length > MAX_LINE)) return `says too much: ${shown}`;
  // Names and values of the input are quoted as they are; what is left is tx's own.
  const raw = RAW.exec(stderr.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
  return raw === null ? undefined : `speaks of ${raw[0]}: ${shown}`;
}

/** Whether what was written is to stay: all was done, or a training ended that can go on, or that tells how it diverged. */
const isKept = ({ code, stderr }: { code: number; stderr: string }): boolean =>
  code === 0 || /--resume goes on from update|training diverged; train anew with --overwrite/.test(stderr);

function judgeLeft(
  before: Map<string, string>,
  after: Map<string, string>,
  kept: boolean,
): string | undefined {
  for (const [path, content] of before) {
    if (after.get(path) === undefined) return `removed ${path}`;
    if (!kept && after.get(path) !== content) return `fails and changed ${path}`;
  }
  for (const path of after.keys()) {
    if (before.has(path)) continue;
    if (!kept || !PRODUCTS.test(path) || /\.tmp$|\.lock$/.test(path)) return `left ${path} behind`;
  }
  return undefined;
}

function listing(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = entry.isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : 'folder';
      return [path.slice(folder.length + 1), content];
    }),
  );
}

function place(path: string, content: string | Uint8Array | null, folder: string): void {
  if (existsSync(path)) rmSync(path, { recursive: true });
  mkdirSync(content === null ? path : dirname(path), { recursive: true });
  if (content === null) return;
  writeFileSync(path, typeof content === 'string' ? content.replaceAll('{}', folder) : content);
}

/** `count` values, always the same. */
export const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(arbitrary, { seed: 42, numRuns: count });

/** Bytes with a part lost, doubled, overwritten or put in. */
export const damaged = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      how: fc.constantFrom('cut', 'lose', 'double', 'zero', 'noise', 'insert', 'flip'),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      share: fc.double({ min: 0, max: 0.5, noNaN: true }),
      noise: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    })
    .map(({ how, at, share, noise }) => {
      const start = Math.min(bytes.length, Math.floor(at * bytes.length));
      const end = Math.min(bytes.length, start + Math.ceil(share * share * bytes.length));
      const [head, part, tail] = [bytes.subarray(0, start), bytes.slice(start, end), bytes.subarray(end)];
      const joined = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
      switch (how) {
        case 'cut':
          return joined(head);
        case 'lose':
          return joined(head, tail);
        case 'double':
          return joined(head, part, part, tail);
        case 'zero':
          return joined(head, part.fill(0), tail);
        case 'noise':
          return joined(head, noise, tail.subarray(noise.length));
        case 'insert':
          return joined(head, noise, part, tail);
        default:
          return joined(
            head,
            Uint8Array.of((bytes[start] ?? 0) ^ (1 << (noise[0]! % 8))),
            bytes.subarray(start + 1),
          );
      }
    });

/** Text that people do not write: marks, controls, lone surrogates, scripts, long words, no words. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '\r',
    '\u0000',
    '\ufeff',
    '\u2028',
    '\u0085',
    '\u00a0',
    '\u202f',
    '\u2581',
    '<s>',
    '</s>',
    '<unk>',
    '<pad>',
    '\ud800',
    '\udc00x',
    'e\u0301\u0301\u0301',
    '🏳️‍🌈',
    'שלום',
    '漢字',
    'ﷺ',
    '&amp;&lt;',
    '###',
    '...',
    "''",
    '``',
    '-LRB-',
    'a'.repeat(3000),
    'a b '.repeat(1500),
    '(((',
    ')',
    '"',
    '%s',
    '$HOME',
    '$(x)',
    '../..',
    '-',
    '--',
    '1e999',
  ),
);
