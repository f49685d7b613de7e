// Where a command writes line by line: a file, or standard output.
import { UsageError, UserError } from '../util/errors.ts';
import { inspect, inspectStream, isSame, isWritable } from '../util/files.ts';
import { PartFile } from '../util/part-file.ts';
import type { Context } from './command.ts';
import { isStdin } from './input.ts';

export interface Output {
  /** Writes text of whole lines, and waits until a slow reader has room for more. */
  write(text: string): Promise<void>;
  /** All is written. */
  finish(): void;
  /** The work ends early: where what is written stays, if it is anywhere. */
  leave(): string | undefined;
}

/** The file that is named; undefined for standard output, which `-` stands for too. */
export const outputPath = (path: string | undefined): string | undefined =>
  path === undefined || isStdin(path) ? undefined : path;

/** Whether an output is a terminal that shows colours, as far as NO_COLOR (no-color.org) and TERM let it. */
export const isBright = (stdout: object): boolean =>
  'isTTY' in stdout && stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** The characters of a line, where the output is a terminal that tells. */
export function terminalWidth(stdout: object): number | undefined {
  const { isTTY, columns } = stdout as { isTTY?: boolean; columns?: number };
  return isTTY && columns ? columns : undefined;
}

/** Opens the file, which has its name once it is whole (see PartFile), or standard output. */
export function openOutput(path: string | undefined, { stdout }: Context): Output {
  if (path === undefined) {
    return {
      write: (text) =>
        text === '' || stdout.write(text)
          ? Promise.resolve()
          : new Promise((resolve) => stdout.once('drain', resolve)),
      finish: () => {},
      leave: () => undefined,
    };
  }
  const file = new PartFile(path);
  return {
    write: async (text) => file.append(text),
    finish: () => file.finish(),
    leave: () => {
      file.leave();
      return file.part;
    },
  };
}

/**
 * Finds out before the work, not after it, that the output cannot be written, or is one of the inputs: a UserError, a
 * UsageError. Links, other spellings of the path, and the shell's `<` and `>` are seen through.
 */
export function checkOutput(path: string | undefined, inputs: readonly string[], context: Context): void {
  if (path !== undefined) checkWritable(path);
  const output = path === undefined ? inspectStream('standard output', context.stdout) : inspect(path);
  for (const input of inputs) {
    const found = isStdin(input) ? inspectStream('standard input', context.stdin) : inspect(input);
    if (!isSame(found, output)) continue;
    const name = path ?? 'standard output';
    throw new UsageError(`${name}: is the input too, which would be overwritten; write to another file`);
  }
}

function checkWritable(path: string): void {
  if (inspect(path)?.isDirectory()) throw new UserError(`${path}: is a directory`);
  if (!isWritable(path)) {
    throw new UserError(`${path}: cannot be written; is its folder there, and yours to write to?`);
  }
}
