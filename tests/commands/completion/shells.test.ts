// The scripts in the shells that are installed here.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scripts } from '../../../src/commands/completion/scripts.ts';
import { Package, plainEnv } from '../package.ts';
import { tx } from '../run.ts';

let installed: Package;
let dir: string;
const isThere = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit 0']);
    return true;
  } catch {
    return false;
  }
};

beforeAll(async () => {
  installed = new Package();
  await installed.start(['__complete', '--write']).ended;
  dir = join(installed.dir, 'work');
  for (const folder of ['bin', 'my data', 'runs/base run']) mkdirSync(join(dir, folder), { recursive: true });
  const program = join(dir, 'bin/tx');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${installed.script}' "$@"\n`);
  chmodSync(program, 0o755);
  for (const file of ['my data/a b.de', 'my model.yaml', 'runs/base run/config.yaml'])
    writeFileSync(join(dir, file), 'task: lm\n');
});
afterAll(() => installed.remove());

/** What the shell prints for a program in its own language. */
function run(shell: string, options: string[], program: string): string[] {
  const env = { ...plainEnv, PATH: `${join(dir, 'bin')}:${process.env.PATH}`, HOME: dir };
  const text = execFileSync(shell, [...options, '-c', program], { cwd: dir, env, encoding: 'utf8' });
  return text.split('\n').filter((line) => line !== '');
}

it('tx completion prints them', async () => {
  for (const [shell, script] of Object.entries(scripts)) {
    expect(await tx(['completion', shell])).toEqual({ code: 0, stdout: script, stderr: '' });
  }
  const { code, stderr } = await tx(['completion', 'csh']);
  expect(code).toBe(2);
  expect(stderr).toContain('<shell> is one of bash, zsh, fish');
});

describe.skipIf(!isThere('bash'))('bash (skipped where it is not installed)', () => {
  /** What COMPREPLY holds for a line, and the options that are set for it. */
  const ask = (line: string): string[] =>
    run(
      'bash',
      ['--norc'],
      `source <(tx completion bash)
       compopt() { echo "compopt $*"; }
       COMP_LINE=$1; COMP_LINE=${quoted(line)}; COMP_POINT=\${#COMP_LINE}
       COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
       _tx tx '' ''; printf '[%s]\\n' "\${COMPREPLY[@]}"`,
    );

  it.each([
    ['tx tra', ['[train]', '[translate]']],
    ['tx train my', ['compopt -o filenames', '[my data/]', '[my model.yaml]']],
    ['tx train my\\ m', ['compopt -o filenames', '[my model.yaml]']],
    ['tx translate ', ['compopt -o filenames', '[runs/base run]']],
    ['tx train quickstart --set mod', ['compopt -o nospace', '[model.]']],
    // bash's own word begins after the =.
    ['tx train quickstart --set=mod', ['compopt -o nospace', '[model.]']],
    ['tx train quickstart --set model.norm=', ['[pre]', '[post]']],
    ['tx train quickstart --set=model.norm=po', ['[post]']],
    ['tx train quickstart --set "model.norm=po', ['[model.norm=post]']],
    ['tx eval-bleu --hyp my', ['compopt -o bashdefault -o default', '[]']],
    ['tx nonsense ', ['[]']],
  ])('%s', (line, expected) => {
    expect(ask(line)).toEqual(expected);
  });
});

describe.skipIf(!isThere('zsh'))('zsh (skipped where it is not installed)', () => {
  /** What is handed to compadd, and whether files are asked for. */
  const ask = (...words: string[]): string[] =>
    run(
      'zsh',
      ['-f'],
      `compdef() { :; }
       _files() { echo "files after $IPREFIX$cut"; }
       compset() { cut="\${(M)PREFIX##*=}"; }
       compadd() { local suffix; [[ $1 == -S ]] && suffix='…'; for c in "\${(@P)@[-1]}"; do echo "[$c]$suffix"; done; }
       source <(tx completion zsh)
       words=(${words.map(quoted).join(' ')}); CURRENT=\${#words}; PREFIX=\${words[-1]}
       _tx || echo none`,
    );

  it.each<[string[], string[]]>([
    [
      ['tx', 'tra'],
      ['[train]', '[translate]'],
    ],
    [
      ['tx', 'train', 'my'],
      ['[my model.yaml]', '[my data/]…'],
    ],
    [['tx', 'train', 'my\\ m'], ['[my model.yaml]']],
    [['tx', 'train', 'quickstart', '--set=mod'], ['[--set=model.]…']],
    [['tx', 'train', 'quickstart', '--set', 'model.norm=po'], ['[model.norm=post]']],
    [['tx', 'eval-bleu', '--html=my'], ['files after --html=']],
    [['tx', 'nonsense', ''], ['none']],
  ])('%j', (words, expected) => {
    expect(ask(...words)).toEqual(expected);
  });
});

describe.skipIf(!isThere('fish'))('fish (skipped where it is not installed)', () => {
  const ask = (line: string): string[] =>
    run('fish', ['-N'], `tx completion fish | source; complete -C ${quoted(line)}`).map(
      (found) => found.split('\t')[0]!,
    );

  it.each([
    ['tx tra', ['train', 'translate']],
    ['tx train my', ['my data/', 'my model.yaml']],
    ['tx train my\\ m', ['my model.yaml']],
    ['tx translate run', ['runs/base run']],
    ['tx train quickstart --set=mod', ['--set=model.']],
    ['tx train quickstart --set model.norm=po', ['model.norm=post']],
    ['tx eval-bleu --html=my\\ d', ['--html=my data/']],
    ['tx eval-bleu --hyp my\\ data/', ['my data/a b.de']],
    ['tx nonsense ', []],
  ])('%s', (line, expected) => {
    expect(ask(line).sort()).toEqual(expected);
  });
});

/** Between single quotes, for any of these shells: lines here have no quote of that kind. */
const quoted = (text: string): string => `'${text}'`;
