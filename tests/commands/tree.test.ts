import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Result, tx } from './run.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-tree-'));
  const files = {
    good: '( (S (NP-SBJ (-NONE- *)) (VP (VB Go))) )\n(X (A a))\n(X (B b))\n(X (C c))\n',
    bad: '(X (A a))\n(X (A a)\n(X (B b))\n',
    trace: '(NP (-NONE- *))\n(X (B b))\n',
    empty: '\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs with the words that name files put into the folder, and takes the folder out of what it says. */
async function tree(argv: string, options: Parameters<typeof tx>[1] = {}): Promise<Result> {
  const words = argv.split(' ').filter(Boolean);
  const places = words.map((word) =>
    /^(good|bad|trace|empty|none|packed|out\S*)$/.test(word) ? join(dir, word) : word,
  );
  const { code, stdout, stderr } = await tx(['tree', ...places], options);
  return { code, stdout, stderr: stderr.replaceAll(`${dir}/`, '') };
}

const output = async (argv: string, stdin = '') => (await tree(argv, { stdin })).stdout;

/** Standard output as a terminal of so many columns. */
function terminal(columns: number): { stdout: Writable; text(): string } {
  const chunks: string[] = [];
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stdout: Object.assign(stdout, { isTTY: true, columns }), text: () => chunks.join('') };
}

describe('what is read', () => {
  it('files one after another, or standard input', async () => {
    const lines = await output('good good');
    expect(lines.trim().split('\n')).toHaveLength(8);
    expect(await output('', '(X\n (A a))')).toBe('(X (A a))\n');
    expect(await output('good -', '(Y (A a))')).toMatch(/\(Y \(A a\)\)\n$/);
    expect(await tree('- -', { stdin: '(Y (A a))' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tx: standard input, -, can be read once: give files for the others\n',
    });
  });

  it('packed files, and packed standard input', async () => {
    const packed = gzipSync('\ufeff(X (A a))\n');
    writeFileSync(join(dir, 'packed'), packed);
    expect(await output('packed')).toBe('(X (A a))\n');
    expect((await tree('-', { stdin: packed })).stdout).toBe('(X (A a))\n');
  });

  it('refuses a bad tree, or leaves it out', async () => {
    expect(await tree('bad')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^tx: bad:2:1: /),
    });
    const { code, stdout, stderr } = await tree('bad --skip-bad');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '(X (A a))\n(X (B b))\n' });
    expect(stderr).toMatch(/^tx: warning: left out: bad:2:1: .*\n$/);
  });

  it('gives words without a tag one, and says so', async () => {
    expect(await tree('-', { stdin: '(S (NP the dog) barks)' })).toEqual({
      code: 0,
      stdout: '(S (NP (XX the) (XX dog)) (XX barks))\n',
      stderr: 'tx: warning: standard input: 3 words without a tag, taken for (XX word)\n',
    });
  });

  it('refuses what holds no trees', async () => {
    expect(await tree('empty')).toEqual({ code: 1, stdout: '', stderr: 'tx: empty: has no trees\n' });
    expect(await tree('none')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tx: none: no such file or directory\n',
    });
  });
});

describe('what is chosen', () => {
  it.each([
    ['--first 1 --select 2-4', ['A']],
    ['--select 4,2', ['A', 'C']],
    ['--select 3-3,2-3', ['A', 'B']],
    ['--first 9 --select 3', ['B']],
  ])('%s', async (options, tags) => {
    const found = [...(await output(`good ${options}`)).matchAll(/\(X \((\w)/g)];
    expect(found.map(([, tag]) => tag)).toEqual(tags);
  });

  it.each([
    ['--select 3-2', 2, '--select expects numbers and ranges from 1 on, as in 3,7-9; found "3-2"'],
    ['--select 0', 2, '--select expects numbers and ranges from 1 on, as in 3,7-9; found "0"'],
    ['--select 1,,2', 2, '--select expects numbers and ranges from 1 on, as in 3,7-9; found ""'],
    ['--select 2-5', 1, '--select: no tree 5; there are 4 trees'],
    ['--first 0', 2, '--first expects a whole number of at least 1'],
    ['--first 1.5', 2, '--first expects a whole number of at least 1'],
    ['--format svgg', 2, 'unknown format "svgg"; did you mean svg?'],
    ['--normalize dropTrace', 2, '--normalize: unknown step "dropTrace"; did you mean dropTraces?'],
    ['--normalize addTop addTop', 2, '--normalize: the step addTop occurs twice'],
    ['--standalone', 2, '--standalone is for --format forest and tikz-qtree, not bracket'],
  ])('refuses %s', async (options, code, message) => {
    expect(await tree(`good ${options}`)).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
  });
});

it('normalizes by the steps that are named, or by the usual ones', async () => {
  expect(await output('good --first 1')).toBe('( (S (NP-SBJ (-NONE- *)) (VP (VB Go))))\n');
  expect(await output('good --first 1 --normalize stripTop stripFunctions')).toBe(
    '(S (NP (-NONE- *)) (VP (VB Go)))\n',
  );
  expect(await output('good --first 1 --normalize')).toBe('(S (VP (VB Go)))\n');
  expect(await tree('trace --normalize dropTraces')).toEqual({
    code: 0,
    stdout: '(X (B b))\n',
    stderr: 'tx: warning: tree 1: nothing is left of it; it is left out\n',
  });
});

describe('where it goes', () => {
  it('a terminal gets drawings, as wide and as colourful as it is', async () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    const wide = terminal(80);
    await tree('good --select 2', { stdout: wide.stdout });
    expect(wide.text()).toBe(
      'X\n\u001b[2m│\u001b[22m\n\u001b[33mA\u001b[39m\n\u001b[2m│\u001b[22m\n\u001b[1ma\u001b[22m\n',
    );
    vi.stubEnv('NO_COLOR', '1');
    const plain = terminal(80);
    await tree('good --select 2', { stdout: plain.stdout });
    expect(plain.text()).toBe('X\n│\nA\n│\na\n');
    const narrow = terminal(5);
    await tree('-', { stdout: narrow.stdout, stdin: '(X (A a) (B b) (C c))' });
    expect(narrow.text()).toBe('X\n├─ A a\n├─ B b\n╰─ C c\n');
    vi.unstubAllEnvs();
  });

  it('a file takes its format from its name, unless one is given', async () => {
    const write = async (options: string, name: string) => {
      expect(await tree(`good ${options} --out ${name}`)).toEqual({ code: 0, stdout: '', stderr: '' });
      return readFileSync(join(dir, name), 'utf8');
    };
    expect(await write('', 'out.svg')).toMatch(/^<svg /);
    expect(await write('', 'out.html')).toContain('good</title>');
    expect(await write('', 'out')).toMatch(/^\( \(S/);
    expect(await write('--format spans', 'out.html')).toMatch(/^-\t0\t2\nS\t0\t2\nNP-SBJ\t0\t1\n/);
    expect(await write('', 'out.SVG')).toMatch(/^<svg /);
    expect(await write('', 'out.json').then(JSON.parse)).toHaveLength(4);
    expect(await write('', 'out.jsonl').then((text) => text.split('\n'))).toHaveLength(5);
  });

  it('LaTeX is a document that compiles alone, unless the pictures are wanted', async () => {
    const read = async (options: string) => {
      expect((await tree(`good ${options} -o out.tex`)).code).toBe(0);
      return readFileSync(join(dir, 'out.tex'), 'utf8');
    };
    for (const format of ['', '-f tikz-qtree']) {
      expect(await read(format)).toMatch(
        /^(% .*\n)+\\documentclass\[.*\]\{standalone\}\n.*\\end\{document\}\n$/s,
      );
      expect(await read(`${format} --standalone=false`)).toMatch(/^\\begin\{(forest|tikzpicture)\}/);
    }
  });

  it('what ends with .png is a picture, unless another form is named', async () => {
    expect(await tree('good --select 2 --out out.png')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(dir, 'out.png')).subarray(1, 4).toString()).toBe('PNG');
    expect((await tree('good --select 2 -f svg --out out.png')).code).toBe(0);
    expect(readFileSync(join(dir, 'out.png'), 'utf8')).toMatch(/^<svg /);
    rmSync(join(dir, 'out.png'));
  });

  it.each([
    [
      'out.PDF',
      `: .pdf is not made here; write out.svg and convert it, as with rsvg-convert -f pdf -o out.PDF out.svg`,
    ],
    ['out.gz', 'no format has the ending .gz; known: .mrg, .ptb, .txt, .jsonl, .ndjson, .json,'],
    ['out.jsn', 'no format has the ending .jsn; known: .mrg,'],
  ])('refuses the ending of %s', async (name, message) => {
    const { code, stdout, stderr } = await tree(`good --out ${name}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(dir, name))).toBe(false);
    expect((await tree(`good --format bracket --out ${name}`)).code).toBe(0);
    rmSync(join(dir, name));
  });

  it('a file is written whole or not at all', async () => {
    writeFileSync(join(dir, 'out.mrg'), 'before');
    const { code } = await tree('bad --out out.mrg');
    expect(code).toBe(1);
    expect(readFileSync(join(dir, 'out.mrg'), 'utf8')).toBe('before');
    expect(await tree(`good --out ${join(dir, 'nowhere', 'x.svg')}`)).toMatchObject({ code: 1 });
    expect(existsSync(join(dir, 'nowhere'))).toBe(false);
    expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
