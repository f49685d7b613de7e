import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatCommand, type Invocation } from '../../src/commands/invocation.ts';

const invocation: Invocation = {
  script: '/opt/tx/bin/tx.js',
  folder: '/home/me',
  env: { PATH: ['/bin', '/usr/local/bin'].join(delimiter) },
  platform: 'linux',
};
const words = ['train', { path: 'runs/a' }, '--resume'];

describe('a command is called as this one was', () => {
  it.each<[string, Partial<Invocation>, string]>([
    ['by its script', {}, 'node /opt/tx/bin/tx.js'],
    ['by its script in a clone', { folder: '/opt/tx' }, 'node bin/tx.js'],
    ['by its name', { script: '/usr/local/bin/tx' }, 'tx'],
    ['by a link that is not in PATH', { script: '/home/me/node_modules/.bin/tx' }, 'node_modules/.bin/tx'],
    ['by npx', { script: '/home/me/node_modules/.bin/tx', env: { npm_command: 'exec' } }, 'npx tx'],
    ['by npm start', { folder: '/opt/tx', env: { npm_command: 'start' } }, 'npx tx'],
    ['in another program', { script: '/home/me/experiment.mjs' }, 'npx tx'],
  ])('%s', (_name, over, program) => {
    expect(formatCommand(words, { ...invocation, ...over })).toBe(`${program} train runs/a --resume`);
  });

  it('with paths that are found from where npm was called', () => {
    const env = { npm_command: 'start', INIT_CWD: '/home/me/src' };
    expect(formatCommand(words, { ...invocation, env })).toBe('npx tx train /home/me/runs/a --resume');
    expect(formatCommand(words, { ...invocation, env: { ...env, INIT_CWD: '/home/me/' } })).toContain(
      ' runs/a ',
    );
  });
});

describe('words come out of the shell as they went in', () => {
  const odd = ['a b', "it's", '$HOME', '`x`', 'a"b', 'a\\b', '~', '*', 'ä', '#', 'a;b&c|d', '!x', '', '-x'];

  it.runIf(process.platform !== 'win32')('of a POSIX shell', () => {
    const command = formatCommand(
      odd.map((path) => ({ path })),
      { ...invocation, script: 'x' },
    );
    const { stdout } = spawnSync('sh', ['-c', command.replace('npx tx', "printf '%s\\n'")]);
    expect(String(stdout).split('\n').slice(0, -1)).toEqual([...odd.slice(0, -1), './-x']);
  });

  it('of Windows', () => {
    const path = 'C:\\Users\\a b\\runs\\x';
    expect(
      formatCommand(['train', { path }, '--resume'], { ...invocation, script: 'x', platform: 'win32' }),
    ).toBe(`npx tx train "${path}" --resume`);
  });
});
