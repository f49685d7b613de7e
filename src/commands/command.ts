// What a command is, and what it is given: arguments already parsed and checked, and the process's streams.
import type { Readable, Writable } from 'node:stream';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Log } from '../util/log.ts';

export interface Context {
  stdin: Readable;
  /** For results alone; everything else goes to `log`. */
  stdout: Writable;
  log: Log;
  /**
   * Aborted by the first SIGINT, SIGTERM or SIGHUP. A command that asks for it must end itself soon after the abort (a
   * second signal ends the process at once); while nobody has asked, a signal ends the process as usual.
   */
  abortSignal(): AbortSignal;
}

export interface Command {
  /** yargs' form: the name, then positionals: `eval-bleu [run]`. */
  command: string;
  describe: string;
  builder(yargs: Argv): Argv;
  run(args: ArgumentsCamelCase, context: Context): Promise<void> | void;
}

/** A command whose `run` gets the types of the options that its `builder` declares. */
export function defineCommand<Options>(command: {
  command: string;
  describe: string;
  builder: (yargs: Argv) => Argv<Options>;
  run: (args: ArgumentsCamelCase<Options>, context: Context) => Promise<void> | void;
}): Command {
  return command as unknown as Command;
}
