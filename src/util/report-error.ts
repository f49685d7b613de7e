// How an error is told in the end: a line on the log, and an exit code.
import { UserError } from './errors.ts';
import type { Log } from './log.ts';

/** Characters of a line that tells an error. */
const MAX_LINE = 900;

/** Tells an error on `log` and gives its exit code; the stack of an unexpected one is for `debug` alone. */
export function reportError(error: unknown, log: Log, debug: boolean): number {
  if (error instanceof UserError) {
    if (error.exitCode !== 0) log.error(shortLines(error.message));
    return error.exitCode;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error(`internal error: ${message.split('\n')[0]}`);
  if (debug && stack !== undefined) log.error(stack);
  return 1;
}

/** Names of files and the like may be long; what is wrong with them stands at the end. */
function shortLines(text: string): string {
  const half = MAX_LINE / 2;
  const cut = (line: string) =>
    line.length > MAX_LINE ? `${line.slice(0, half)} … ${line.slice(-half)}` : line;
  return text.split('\n').map(cut).join('\n');
}
