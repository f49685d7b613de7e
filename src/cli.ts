// `tx <command>`: finds the command, parses its arguments, runs it; an error becomes one line and an exit code.
// Exit codes: 0 done, 1 failed, 2 misused, 128 and a signal's number when interrupted (130 for Ctrl-C).
import type { Readable, Writable } from 'node:stream';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Command, Context } from './commands/command.ts';
import { COMPLETE } from './commands/completion/scripts.ts';
import { loadCommands } from './commands/index.ts';
import { Interruption } from './commands/interruption.ts';
import { UsageError, UserError } from './util/errors.ts';
import { systemReason } from './util/files.ts';
import { createLog } from './util/log.ts';
import { nearest, suggest } from './util/nearest.ts';
import { quote } from './util/quote.ts';
import { reportError } from './util/report-error.ts';

/** The outer world, which a test replaces. */
export interface Io {
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Record<string, string | undefined>;
  /** Instead of those of `commands/index.ts`, which are loaded as they are needed. */
  commands: readonly Command[] | undefined;
}

/** Runs `tx` with these arguments (without `node tx`) and gives the exit code; it never throws. */
export async function main(argv: readonly string[], io: Partial<Io> = {}): Promise<number> {
  const { stdin, stdout, stderr, env, commands }: Io = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    commands: undefined,
    ...io,
  };
  const log = createLog(stderr, { env });
  // Where a terminal is gone, or the reader of a pipe, nothing can be told; the work goes on.
  stderr.on('error', () => {});
  const interruption = new Interruption(() => log.status());
  const run = async (): Promise<number> => {
    if (argv[0] === COMPLETE) {
      const { answerShell } = await import('./commands/completion/answer.ts');
      stdout.write(await answerShell(argv.slice(1)));
      await flushed(stdout);
      return 0;
    }
    const parsed = await parseArguments(helpWords(argv), commands, helpWidth(stdout));
    if (!parsed.command) {
      (parsed.isMistake ? stderr : stdout).write(`${parsed.text}\n`);
      await flushed(stdout);
      return parsed.isMistake ? 2 : 0;
    }
    if (parsed.args.quiet) log.level = 'error';
    const context: Context = { stdin, stdout, log, abortSignal: interruption.signal };
    await parsed.command.run(parsed.args, context);
    await flushed(stdout);
    return interruption.exitCode ?? 0;
  };
  try {
    return await Promise.race([run(), failing(stdout)]);
  } catch (error) {
    const { exitCode } = interruption;
    const isExpected = error instanceof OutputError || interruption.isReason(error);
    return exitCode !== undefined && isExpected ? exitCode : reportError(error, log, Boolean(env.TX_DEBUG));
  } finally {
    interruption.dispose();
  }
}

type Parsed =
  | { command: Command; args: ArgumentsCamelCase<{ quiet?: boolean }> }
  | { command?: undefined; text: string; isMistake: boolean };

/** The command and its arguments, or a text to print: help or the version. Mistakes are UsageErrors. */
async function parseArguments(
  argv: readonly string[],
  given: Io['commands'],
  width: number,
): Promise<Parsed> {
  const name = argv.find((argument) => !argument.startsWith('-'));
  // The version needs none of them.
  const commands =
    given ??
    (name === undefined && (argv.includes('--version') || argv.includes('-v'))
      ? []
      : await loadCommands(name));
  const names = commands.map(nameOf);
  if (name !== undefined && !names.includes(name)) {
    throw new UsageError(`unknown command ${quote(name)}; ${suggest(name, names)}`);
  }
  const usage = commands.find((command) => nameOf(command) === name)?.command;
  const help = name === undefined ? 'tx --help' : `tx ${name} --help`;
  let chosen: { command: Command; args: ArgumentsCamelCase } | undefined;
  let declared: Declared | undefined;
  // Loaded only here: completion does without.
  const { rootParser } = await import('./commands/root-parser.ts');
  const parser = rootParser(width);
  for (const command of commands) {
    parser.command({
      command: command.command,
      describe: command.describe,
      builder: (y) => {
        const built = command.builder(y).usage(`$0 ${command.command} [options]\n\n${command.describe}`);
        declared = (built as Argv & { getOptions(): Declared }).getOptions();
        return built;
      },
      handler: (args) => {
        chosen = { command, args };
      },
    });
  }
  let text = '';
  try {
    const shielded = argv.map((argument) => (argument === '-' ? DASH : argument));
    await parser.parse(shielded, {}, (_error, _args, output) => {
      text = output;
    });
    if (chosen) chosen.args = unshield(chosen.args) as ArgumentsCamelCase;
    if (chosen && declared) checkArguments(argv, chosen.args, declared);
  } catch (error) {
    const message = (error as Error).message.replaceAll(DASH, '-');
    throw new UsageError(`${mistake(message, argv, declared, `tx ${usage}`)}; see ${help}`);
  }
  if (chosen) return chosen;
  if (text !== '') return { text, isMistake: false };
  return { text: await parser.getHelp(), isMistake: true };
}

/** A `-` while yargs reads the arguments: it ends lists there, and is lost among positionals. No argument has a NUL. */
const DASH = '\0-';

/** Arguments with every `-` as it was given. */
function unshield(value: unknown): unknown {
  if (value === DASH) return '-';
  if (Array.isArray(value)) return value.map(unshield);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unshield(inner)]));
}

/** `tx help` and `tx help COMMAND` as the option asks for them. */
function helpWords(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
}

/** A terminal's width, as far as lines stay readable; elsewhere always the same. */
function helpWidth({ isTTY, columns }: Io['stdout']): number {
  return isTTY && columns ? Math.max(40, Math.min(columns, 100)) : 100;
}

/** What yargs knows of the declared options. */
interface Declared {
  key: Record<string, unknown>;
  array: string[];
  boolean: string[];
  number: string[];
}

/** The checks that yargs leaves out: one value for each option, numbers that are numbers, nothing left over. */
function checkArguments(argv: readonly string[], args: ArgumentsCamelCase, declared: Declared): void {
  for (const key of Object.keys(declared.key)) {
    const value = args[key];
    if (Array.isArray(value) && !declared.array.includes(key))
      throw new Error(`--${key} is given more than once`);
    if (declared.number.includes(key) && Number.isNaN(value)) throw new Error(`--${key} expects a number`);
    const flag = declared.boolean.includes(key) && argv.find((argument) => argument.startsWith(`--${key}=`));
    if (flag && !/=(true|false)$/.test(flag)) throw new Error(`--${key} takes no value`);
  }
  if (args._.length > 1) throw new Error(`unexpected argument ${quote(String(args._[1]))}`);
}

/** yargs' message as one line that names options as they are typed, with the nearest for an unknown one. */
function mistake(
  message: string,
  argv: readonly string[],
  declared: Declared | undefined,
  usage: string,
): string {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (unknown !== undefined) {
    const option = argv.find((argument) => argument.split('=')[0]!.replace(/^--?/, '') === unknown);
    if (!option?.startsWith('-')) return `unexpected argument ${quote(unknown)}`;
    const known = Object.keys(declared?.key ?? {}).filter((key) => key.length > 1);
    const name = unknown.length > 1 ? nearest(unknown, known) : undefined;
    return `unknown option ${option.split('=')[0]}${name === undefined ? '' : `; did you mean --${name}?`}`;
  }
  const missing = /^Missing required arguments?: (.+)/.exec(message)?.[1];
  if (missing !== undefined) return `missing ${missing.replace(/[\w-]+/g, '--$&')}`;
  if (message.startsWith('Not enough non-option arguments')) return `expected ${usage}`;
  const empty = /^Not enough arguments following: (.+)/.exec(message)?.[1];
  if (empty !== undefined) return `--${empty} expects a value`;
  const choice = /Argument: (.+), Given: (.+), Choices: (.+)/.exec(message);
  if (choice) {
    const [, key, given, choices] = choice;
    // A positional stands in the usage as <what>.
    const name = usage.includes(`<${key}>`) || usage.includes(`[${key}]`) ? `<${key}>` : `--${key}`;
    return `${name} is one of ${choices?.replaceAll('"', '')}; found ${given}`;
  }
  return message.trim().replace(/\s*\n\s*/g, ' ');
}

function nameOf(command: Command): string {
  return command.command.split(' ')[0]!;
}

/** Rejects when `stdout` fails. Its reader's going away (as in `tx … | head`) ends the process: all work is for it. */
function failing(stdout: Writable): Promise<never> {
  return new Promise((_resolve, reject) => {
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' && stdout === process.stdout) process.exit(0);
      reject(new OutputError(error));
    });
  });
}

/** Waits until all that was written to `stdout` has been taken, so that a failure is not missed. */
function flushed(stdout: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write('', (error) => (error ? reject(new OutputError(error)) : resolve()));
  });
}

class OutputError extends UserError {
  override readonly exitCode: number;

  constructor(error: NodeJS.ErrnoException) {
    super(`standard output: ${systemReason(error) ?? error.message}`);
    this.exitCode = error.code === 'EPIPE' ? 0 : 1;
  }
}
