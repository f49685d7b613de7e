// The texts that `tx inspect` looks at: as they are given, or a line of files.
import type { InspectInput } from '../tasks/inspected/model.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { isFile } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import type { Context } from './command.ts';
import { checkStdinOnce, describeInput, openLines } from './input.ts';

interface InputOptions {
  input?: string | undefined;
  pair?: string | undefined;
  target?: string | undefined;
  line?: number | undefined;
}

/** The texts, as they are given or out of files. */
export async function readInspectInput(
  { line, ...given }: InputOptions,
  context: Context,
): Promise<InspectInput> {
  const input = requireInput(given);
  if (line !== undefined && !(Number.isSafeInteger(line) && line >= 1))
    throw new UsageError(`--line expects a whole number from 1 on, not ${line}`);
  checkStdinOnce([input, given.pair, given.target].filter((text) => text !== ''));
  const read = async (name: string, text: string): Promise<string> => {
    if (line === undefined && isFile(text))
      throw new UsageError(`--${name}: ${text} is a file; say with --line which line of it`);
    const isText = line === undefined && text !== '-';
    const found = isText ? text : await readLine(text, line ?? 1, context);
    if (found.trim() === '') throw new UserError(`--${name}: has no text`);
    if (/[\n\r]/.test(found)) throw new UsageError(`--${name}: is more than one line`);
    return found;
  };
  const { pair, target } = given;
  return {
    text: await read('input', input),
    pair: pair === undefined ? undefined : await read('pair', pair),
    target: target === undefined ? undefined : await read('target', target),
  };
}

/** A UsageError where there is none. */
export function requireInput({ input }: Pick<InputOptions, 'input'>): string {
  if (input !== undefined) return input;
  throw new UsageError('missing --input');
}

/** The files that lines are read from. */
export const lineInputs = ({ line, input, pair, target }: InputOptions): string[] =>
  line === undefined ? [] : [input, pair, target].flatMap((path) => path ?? []);

async function readLine(path: string, line: number, context: Context): Promise<string> {
  let count = 0;
  for await (const lines of openLines(path, context, 'a line')) {
    const found = lines[line - 1 - count];
    if (found !== undefined) return found;
    count += lines.length;
  }
  throw new UserError(`${describeInput(path)}: has no line ${line}; there are ${formatCount(count)}`);
}
