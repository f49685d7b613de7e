import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { defineCommand } from '../../src/commands/command.ts';
import { commandNames, loadCommands } from '../../src/commands/index.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';
import { packageVersion } from '../../src/util/package.ts';
import { tx } from './run.ts';

const train = defineCommand({
  command: 'train <config>',
  describe: 'Try things out',
  builder: (yargs) =>
    yargs
      .positional('config', { type: 'string', demandOption: true })
      .option('set', { type: 'string', array: true, nargs: 1, default: [] as string[] })
      .option('max-steps', { type: 'number' }),
  run: (args, { stdout, log }) => {
    log.info('training');
    stdout.write(`${JSON.stringify([args.config, args.set, args.maxSteps])}\n`);
  },
});

function failing(error: unknown): { commands: Command[] } {
  const fail = {
    ...train,
    command: 'fail',
    builder: (yargs: never) => yargs,
    run: () => Promise.reject(error),
  };
  return { commands: [fail] };
}

describe('help and version', () => {
  it('lists the commands', async () => {
    const { code, stdout, stderr } = await tx(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const { command, describe } of await loadCommands()) {
      expect(stdout).toContain(`tx ${command}`);
      expect(stdout.replace(/\s+/g, ' ')).toContain(describe);
    }
    expect((await tx(['-h'])).stdout).toBe(stdout);
    expect((await tx(['help'])).stdout).toBe(stdout);
    expect((await tx(['help', 'train'])).stdout).toBe((await tx(['train', '--help'])).stdout);
    expect((await tx(['help', 'trian'])).stderr).toContain('did you mean train?');
  });

  it('shows the help of one command', async () => {
    expect((await tx(['train', '--help'], { commands: [train] })).stdout).toMatchInlineSnapshot(`
      "tx train <config> [options]

      Try things out

      Positionals:
        config                                                                         [string] [required]

      Options:
        -q, --quiet      Print results and errors only                                           [boolean]
        -h, --help       Show help                                                               [boolean]
        -v, --version    Show version number                                                     [boolean]
            --set                                                                    [array] [default: []]
            --max-steps                                                                           [number]
      "
    `);
  });

  it.each([
    [60, 60],
    [120, 100],
    [20, 40],
  ])('fits a terminal of %d columns', async (columns, width) => {
    let text = '';
    const stdout = new Writable({
      write: (chunk, _encoding, done) => {
        text += chunk;
        done();
      },
    });
    const terminal = Object.assign(stdout, { isTTY: true, columns });
    await tx(['train', '--help'], { commands: [train], stdout: terminal });
    const longest = Math.max(...text.split('\n').map((line) => line.length));
    expect([longest <= width, longest > width - 3]).toEqual([true, true]);
  });

  it.each(commandNames)('%s has examples', async (name) => {
    const { code, stdout, stderr } = await tx([name, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^tx ${name}`));
    expect(stdout).toContain('Examples:\n  ');
  });

  it('prints the version', async () => {
    expect(await tx(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
    expect((await tx(['-v'])).stdout).toBe(`${packageVersion()}\n`);
  });

  it('without a command, prints the help as an error', async () => {
    const { code, stdout, stderr } = await tx([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Commands:');
  });
});

describe('arguments', () => {
  it('reach the command: text stays text, --set takes one value', async () => {
    const argv = ['train', '--set', 'a.b=1', '--set', 'c=2', '1e3', '--max-steps', '5'];
    expect(await tx(argv, { commands: [train] })).toEqual({
      code: 0,
      stdout: '["1e3",["a.b=1","c=2"],5]\n',
      stderr: 'training\n',
    });
  });

  it('--quiet drops what is neither a result nor an error', async () => {
    expect((await tx(['train', 'x', '-q'], { commands: [train] })).stderr).toBe('');
  });

  it.each<[string[], string]>([
    [['trian'], 'unknown command "trian"; did you mean train?'],
    [['zzz'], 'unknown command "zzz"; known: train'],
    [['train'], 'expected tx train <config>; see tx train --help'],
    [['train', 'a', 'b'], 'unexpected argument "b"; see tx train --help'],
    [['train', 'a', '--', 'b'], 'unexpected argument "b"; see tx train --help'],
    [
      ['train', 'a', '--max-stesp', '3'],
      'unknown option --max-stesp; did you mean --max-steps?; see tx train --help',
    ],
    [['train', 'a', '--zzz=1'], 'unknown option --zzz; see tx train --help'],
    [['train', 'a', '-z'], 'unknown option -z; see tx train --help'],
    [['train', 'a', '--a.b', '1'], 'unknown option --a.b; see tx train --help'],
    [['train', 'a', '--max-steps', 'x'], '--max-steps expects a number; see tx train --help'],
    [
      ['train', 'a', '--max-steps', '1', '--max-steps', '2'],
      '--max-steps is given more than once; see tx train --help',
    ],
    [['train', 'a', '--set'], '--set expects a value; see tx train --help'],
    [['train', 'a', '--quiet=loud'], '--quiet takes no value; see tx train --help'],
    [['--zzz'], 'unknown option --zzz; see tx --help'],
  ])('%j', async (argv, message) => {
    expect(await tx(argv, { commands: [train] })).toEqual({
      code: 2,
      stdout: '',
      stderr: `tx: ${message}\n`,
    });
  });
});

describe('failures', () => {
  it.each<[string, unknown, number, string]>([
    ['a user error', new UserError('a: no such file'), 1, 'tx: a: no such file\n'],
    ['a misuse of two lines', new UsageError('a:1:1: x\na:2:1: y'), 2, 'tx: a:1:1: x\ntx: a:2:1: y\n'],
    [
      'what is very long',
      new UserError(`${'/a'.repeat(4000)}: the name is too long`),
      1,
      `tx: ${'/a'.repeat(225)} … ${`${'/a'.repeat(4000)}: the name is too long`.slice(-450)}\n`,
    ],
    ['a defect', new TypeError('x is not a function\nmore'), 1, 'tx: internal error: x is not a function\n'],
    ['a thrown string', 'oops', 1, 'tx: internal error: oops\n'],
  ])('%s', async (_name, error, code, stderr) => {
    expect(await tx(['fail'], failing(error))).toEqual({ code, stdout: '', stderr });
  });

  it("shows a defect's stack with TX_DEBUG alone", async () => {
    const { stderr } = await tx(['fail'], { ...failing(new TypeError('bad')), env: { TX_DEBUG: '1' } });
    expect(stderr).toMatch(/^tx: internal error: bad\ntx: TypeError: bad\ntx: {5}at /);
  });

  it('colours errors on a terminal, not with NO_COLOR', async () => {
    const options = { ...failing(new UserError('bad')), isTTY: true };
    expect((await tx(['fail'], options)).stderr).toBe('\u001b[31mtx: \u001b[39mbad\n');
    expect((await tx(['fail'], { ...options, env: { NO_COLOR: '1' } })).stderr).toBe('tx: bad\n');
  });

  it.each<[string, number, string]>([
    ['EPIPE', 0, ''],
    ['ENOSPC', 1, 'tx: standard output: no space left on the device\n'],
  ])('%s on standard output', async (code, exitCode, stderr) => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
    });
    expect(await tx(['train', 'x', '-q'], { commands: [train], stdout })).toEqual({
      code: exitCode,
      stdout: '',
      stderr,
    });
  });

  it('a first SIGINT asks the command to end, and the exit code is 130', async () => {
    const wait: Command = {
      ...train,
      command: 'wait',
      builder: (yargs) => yargs,
      run: async (_args, { abortSignal }) => {
        const signal = abortSignal();
        process.emit('SIGINT');
        expect(signal.aborted).toBe(true);
      },
    };
    const before = process.listenerCount('SIGINT');
    expect((await tx(['wait'], { commands: [wait] })).code).toBe(130);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
