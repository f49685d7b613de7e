// Text that a command reads: a file, or standard input for `-`.
import { addAbortSignal } from 'node:stream';
import { UsageError } from '../util/errors.ts';
import { inspectStream } from '../util/files.ts';
import { collectBytes, decodeText, streamFile, streamLines } from '../util/text.ts';
import type { Context } from './command.ts';

/** Whether the argument stands for standard input; yargs hands a positional `-` on as an empty text. */
export const isStdin = (path: string): boolean => path === '-' || path === '';

/** What messages call it. */
export const describeInput = (path: string): string => (isStdin(path) ? 'standard input' : path);

/** A UsageError where several of a command's inputs are standard input. */
export function checkStdinOnce(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path !== undefined && isStdin(path)).length < 2) return;
  throw new UsageError('standard input, -, can be read once: give files for the others');
}

/**
 * The lines in groups, as they come; see streamLines. A person at a terminal is told that `what`, such as sentences,
 * are waited for. The signal ends the reading, with an error.
 */
export function openLines(
  path: string,
  context: Context,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<string[]> {
  return streamLines(openBytes(path, context, what, signal), describeInput(path));
}

/** All lines. */
export async function readInputLines(path: string, context: Context, what: string): Promise<string[]> {
  const groups: string[][] = [];
  for await (const lines of openLines(path, context, what)) groups.push(lines);
  return groups.flat();
}

/** The whole text. */
export async function readInputText(path: string, context: Context, what: string): Promise<string> {
  const name = describeInput(path);
  return decodeText(await collectBytes(openBytes(path, context, what), name), name);
}

function openBytes(
  path: string,
  { stdin, log }: Context,
  what: string,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  if (!isStdin(path)) return streamFile(path, signal);
  // Node reads nothing from it and says nothing.
  const isFolder = inspectStream('standard input', stdin)?.isDirectory();
  if (isFolder) throw new UsageError('standard input: is a directory');
  if ((stdin as Partial<NodeJS.ReadStream>).isTTY) log.info(`reading ${what} up to Ctrl-D`);
  return signal === undefined ? stdin : addAbortSignal(signal, stdin);
}
