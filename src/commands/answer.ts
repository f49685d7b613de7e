// Lines in, answers out, in order and in constant memory: the loop of `tx translate` and `tx parse`.
import { fileExists, isFile } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { type Window, windows } from '../util/windows.ts';
import type { Context } from './command.ts';
import { checkStdinOnce, describeInput, isStdin, openLines } from './input.ts';
import { openOutput } from './output.ts';
import { TaskBar } from './progress.ts';

/** What has come of a pipe or from a keyboard is answered where nothing more comes for so many milliseconds. */
const PATIENCE = 50;

export interface AnswerOptions {
  /** Files, or `-` for standard input, read one after another. */
  inputs?: readonly string[];
  /** Texts instead of lines of inputs; they may have line breaks. */
  texts?: readonly string[];
  /** A file; standard output where there is none. */
  output: string | undefined;
  /** Lines that are answered together, at most. */
  bufferSize: number;
  /** What countLines gave. */
  total: number | undefined;
  /** What a bar says is going on: `translating`. */
  doing: string;
  /** Written after all answers. */
  conclusion?: () => Iterable<string>;
}

export interface AnswerContext {
  /** Hears how many of the window's lines are done. */
  onProgress: (done: number) => void;
  signal: AbortSignal;
  /** Where a line of the window, counted from 0, came from: `news.txt:7`. */
  place: (line: number) => string;
}

/** The text that answers a window's lines. */
export type Answer = (window: Window, context: AnswerContext) => Promise<string>;

/**
 * Answers lines as they come: of regular files `bufferSize` at a time, elsewhere as many as are there. After an
 * interrupt, or where something fails, what is written stays, all of it whole lines.
 */
export async function answerLines(options: AnswerOptions, context: Context, answer: Answer): Promise<void> {
  const { inputs = [], texts, bufferSize, total, doing, conclusion } = options;
  const signal = context.abortSignal();
  // Standard input must be let go of also where something fails while more of it is waited for.
  const reading = new AbortController();
  const readingSignal = AbortSignal.any([signal, reading.signal]);
  const output = openOutput(options.output, context);
  const bar = new TaskBar(context.log);
  // Answers on a terminal show by themselves how far it is.
  const hasBar = options.output !== undefined || !(context.stdout as Partial<NodeJS.WriteStream>).isTTY;
  let done = 0;
  try {
    const starts: Start[] = [];
    const lines = texts === undefined ? chain(inputs, context, readingSignal, starts) : given(texts);
    const gathered = windows(lines, {
      size: bufferSize,
      patience: total === undefined ? PATIENCE : Infinity,
      signal,
    });
    try {
      for await (const window of gathered) {
        const onProgress = (finished: number) => {
          if (hasBar) bar.update(doing, done + finished, total);
        };
        const place = (line: number) => {
          const number = window.first + line;
          return texts === undefined ? describePlace(starts, number) : `text ${number + 1}`;
        };
        await output.write(await answer(window, { onProgress, signal, place }));
        done += window.lines.length;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (done > 0 || !signal.aborted) {
      for (const text of conclusion?.() ?? []) await output.write(text);
    }
  } catch (error) {
    bar.stop();
    const part = output.leave();
    if (done > 0 && part !== undefined) context.log.warn(describeEnd('ended early', done, part));
    throw error;
  } finally {
    bar.stop();
    reading.abort();
  }
  if (signal.aborted) context.log.warn(describeEnd('interrupted', done, output.leave()));
  else output.finish();
}

function describeEnd(reason: string, done: number, part: string | undefined): string {
  if (done === 0) return `${reason} before a line was done`;
  const place = part === undefined ? '' : `, in ${part}`;
  const next = `go on at line ${formatCount(done + 1)}`;
  return `${reason}: ${formatCount(done)} ${done === 1 ? 'line is' : 'lines are'} done${place}; ${next}`;
}

/**
 * The lines of all inputs together; undefined where one of them is read while it comes. Regular files are read through,
 * so that what is wrong with them is known before the work: a UserError, or a UsageError.
 */
export async function countLines(inputs: readonly string[], context: Context): Promise<number | undefined> {
  checkStdinOnce(inputs);
  const isStream = (path: string) => isStdin(path) || (fileExists(path) && !isFile(path));
  let count = 0;
  for await (const lines of chain(
    inputs.filter((path) => !isStream(path)),
    context,
  ))
    count += lines.length;
  return inputs.some(isStream) ? undefined : count;
}

async function* given(texts: readonly string[]): AsyncGenerator<string[]> {
  yield [...texts];
}

/** An input, and the number of its first line among all from 0. */
interface Start {
  path: string;
  first: number;
}

/** The lines of all inputs; each is put into `starts` as it begins. */
async function* chain(
  inputs: readonly string[],
  context: Context,
  signal?: AbortSignal,
  starts: Start[] = [],
): AsyncGenerator<string[]> {
  let first = 0;
  for (const path of inputs) {
    starts.push({ path, first });
    for await (const lines of openLines(path, context, 'lines', signal)) {
      first += lines.length;
      yield lines;
    }
  }
}

function describePlace(starts: readonly Start[], line: number): string {
  const { path, first } = starts.findLast(({ first }) => first <= line)!;
  return `${describeInput(path)}:${line - first + 1}`;
}
