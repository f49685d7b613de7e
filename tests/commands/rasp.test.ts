import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Result, tx } from './run.ts';

let dir: string;
const DOWN = 'alphabet "$" = -1;\nreturn tokens - 1 until "$";\n';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-rasp-'));
  writeFileSync(join(dir, 'down.rasp'), DOWN);
  writeFileSync(join(dir, 'bad.rasp'), 'x = tokens;\nreturn x + indices;\n');
  writeFileSync(join(dir, 'wrong.rasp'), 'alphabet "=" = -1;\nsolves majority;\nreturn 1;\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs in the folder of the programs, which what it says is without. */
async function rasp(words: readonly string[], options: Parameters<typeof tx>[1] = {}): Promise<Result> {
  const places = words.map((word) => (/^(\w+\.rasp|out\S*)$/.test(word) ? join(dir, word) : word));
  const { code, stdout, stderr } = await tx(['rasp', ...places], options);
  return { code, stdout: stdout.replaceAll(`${dir}/`, ''), stderr: stderr.replaceAll(`${dir}/`, '') };
}
const refusal = (code: number, message: string) => ({ code, stdout: '', stderr: `tx: ${message}\n` });

describe('tx rasp run', () => {
  it('writes the tokens that are added', async () => {
    expect(await rasp(['run', 'sort', '--input', '3 1 2 = '])).toEqual({
      code: 0,
      stdout: '1 2 3 $\n',
      stderr: '',
    });
    expect(await rasp(['run', 'down.rasp', '-i', '9 2', '--json'])).toEqual({
      code: 0,
      stdout: '{"input":["9","2"],"output":["1","0","$"]}\n',
      stderr: '',
    });
  });

  it('answers lines of standard input', async () => {
    expect(await rasp(['run', 'copy'], { stdin: '5 2 7 =\n1 =\n' })).toEqual({
      code: 0,
      stdout: '5 2 7 $\n1 $\n',
      stderr: '',
    });
    expect(await rasp(['run', 'copy'], { stdin: '5 2 7 =\n\n' })).toEqual(
      refusal(1, 'standard input:2: a prompt has at least one token'),
    );
    expect((await rasp(['run', 'copy'])).stdout).toBe('');
  });

  it.each<[string, string[], number, string]>([
    [
      'no such program',
      ['run', 'srot', '-i', '1'],
      2,
      '"srot": no such file, nor a program of this name; did you mean sort?',
    ],
    [
      'an unknown token',
      ['run', 'sort', '-i', '3 x ='],
      1,
      '--input: token 2, "x": the program has no such token; it has numbers, =, $',
    ],
    [
      'a large number',
      ['run', 'sort', '-i', '99999 ='],
      1,
      '--input: token 1, "99999": numbers go from −32767 to 32767',
    ],
    [
      'the number of a token',
      ['run', 'sort', '--input=-1'],
      1,
      '--input: token 1, "-1": is the number of the token "="; write that',
    ],
    ['no tokens', ['run', 'sort', '-i', ' '], 1, '--input: a prompt has at least one token'],
    [
      'what never ends',
      ['run', 'down.rasp', '-i=-5', '--max-tokens', '3'],
      1,
      'down.rasp: it writes 3 tokens without "$"; see --max-tokens, and tx rasp trace for what it computes',
    ],
    [
      'a mistake',
      ['run', 'bad.rasp', '-i', '1'],
      1,
      'bad.rasp:2:8: RASP-L has no arithmetic on indices but steps of one (i + 1, i - 1) and comparison: what else is learned of places in short inputs need not hold in long ones',
    ],
    ['an option of another', ['run', 'sort', '--lengths', '3'], 2, '--lengths is an option of tx rasp check'],
    [
      'a bad number',
      ['run', 'sort', '--max-tokens', '0'],
      2,
      '--max-tokens is a whole number from 1 to 4,096; found 0',
    ],
  ])('refuses %s', async (_, words, code, message) => {
    expect(await rasp(words)).toEqual(refusal(code, message));
  });
});

describe('tx rasp trace', () => {
  it('shows what is computed, or gives it as JSON', async () => {
    const { stdout } = await rasp(['trace', 'sort', '-i', '2 1 =']);
    expect(stdout).toMatch(/^tokens +2 1 = 1 2 \$$/m);
    expect(stdout).toMatch(/^= │ ■ ■ ·$/m);
    const { tokens, steps } = JSON.parse(
      (await rasp(['trace', 'sort', '-i', '2 1 =', '--json', '--max-tokens', '0'])).stdout,
    );
    expect(tokens).toEqual(['2', '1', '=']);
    expect(steps[1]).toMatchObject({ op: 'select', rows: [[], [0], [0, 1]] });
  });

  it('has colours on a terminal that shows them', async () => {
    const collect = async () => {
      const chunks: string[] = [];
      const stdout = new Writable({
        write(chunk, _encoding, done) {
          chunks.push(String(chunk));
          done();
        },
      });
      await rasp(['trace', 'count', '-i', '^ 1 2'], {
        stdout: Object.assign(stdout, { isTTY: true, columns: 60 }),
      });
      return chunks.join('');
    };
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    const bright = await collect();
    vi.stubEnv('NO_COLOR', '1');
    const plain = await collect();
    vi.unstubAllEnvs();
    expect(bright).toContain('\u001b[1mstart');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are colours
    expect(bright.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('writes a page', async () => {
    expect(await rasp(['trace', 'sort', '-i', '2 1 =', '--output', 'out.html'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(join(dir, 'out.html'), 'utf8')).toContain('<title>sort.rasp</title>');
    expect(await rasp(['trace', 'down.rasp', '-i', '2', '--output', 'down.rasp'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is the input too'),
    });
    expect(readFileSync(join(dir, 'down.rasp'), 'utf8')).toBe(DOWN);
    await rasp(['trace', 'bad.rasp', '-i', '2', '--output', 'out2.html']);
    expect(existsSync(join(dir, 'out2.html'))).toBe(false);
  });

  it('is of one prompt of some length', async () => {
    expect(await rasp(['trace', 'sort'], { stdin: '1 =\n2 =\n' })).toEqual(
      refusal(1, 'standard input: a trace is of one prompt, on one line'),
    );
    expect(await rasp(['trace', 'sort'])).toEqual(
      refusal(1, 'standard input: a prompt has at least one token'),
    );
    expect(await rasp(['trace', 'sort', '-i', '1 '.repeat(300)])).toEqual(
      refusal(1, 'a trace shows at most 200 tokens, not 300'),
    );
  });
});

describe('tx rasp check', () => {
  it('tells length, causality, and whether lengths are right', async () => {
    expect(await rasp(['check', 'and', '--lengths', '9', '--examples', '3'])).toEqual({
      code: 0,
      stdout: [
        'programs/and.rasp',
        '  length   3 core operations: 1 full, 1 select, 1 aggr_mean',
        '  depth    1 attention layer at least',
        '  causal   yes: every selection looks at its own place and those before it',
        '  solves   and (constantBits 0)',
        '  lengths  right on 3 examples of each length from 1 to 9',
        '  values   from 0 to 1',
        '',
      ].join('\n'),
      stderr: '',
    });
    const { stdout } = await rasp(['check', 'down.rasp']);
    expect(stdout).toContain('it does not say what: solves sort; in the program names');
    expect(JSON.parse((await rasp(['check', 'and', '--json', '--lengths', '2'])).stdout)).toMatchObject({
      length: 3,
      depth: 1,
      trial: { upTo: 2 },
    });
  });

  it('ends with an error where they are not', async () => {
    const { code, stdout, stderr } = await rasp(['check', 'wrong.rasp']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}lengths {2}wrong at length \d+$/m);
    expect(stderr).toMatch(/^tx: wrong\.rasp: wrong at length \d+: [01 ]+ = gives 1, not 0\n$/);
  });

  it.each([
    ['--lengths', '0', '--lengths is a whole number from 1 to 1,000; found 0'],
    ['--examples', '1.5', '--examples is a whole number from 1 to 1,000; found 1.5'],
    ['--seed=-1', '', '--seed is a whole number from 0 to 9,007,199,254,740,991; found -1'],
    ['--input', '3', '--input is an option of tx rasp run and trace'],
    ['--output', 'out', '--output is an option of tx rasp trace'],
  ])('refuses %s %s', async (option, value, message) => {
    expect(await rasp(['check', 'sort', option, value].filter(Boolean))).toEqual(refusal(2, message));
  });
});

describe('the first program of docs/rasp.md', () => {
  const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rasp.md'), 'utf8');
  const [section] = docs.split('## A first program\n')[1]!.split('\n## ');
  const program = /```python\n(.*?)```/s.exec(section!)![1]!;
  const mended = /`(next = [^`]+)`/.exec(section!)![1]!;
  /** Commands with what is printed below them. */
  const told = [...section!.matchAll(/^\$ npx tx (rasp .*)\n((?:(?!\$ npx |```).*\n)*)/gm)].map(
    ([, command, printed]) => ({ command: command!, printed: printed! }),
  );

  it('has commands that check, run and trace it', () => {
    expect(told.map(({ command }) => command.split(' ')[1])).toEqual([
      ...['check', 'check', 'run', 'trace', 'run'],
    ]);
  });

  it.each(told.map(({ command, printed }, i) => [command, printed, i] as const))(
    'tx %s prints what it says',
    async (command, printed, i) => {
      const text = i === 0 ? program : program.replace(/^next = .*$/m, mended);
      const path = join(dir, 'my-sort.rasp');
      writeFileSync(path, text);
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
      const { stdout, stderr } = await tx(words.map((word) => (word === 'my-sort.rasp' ? path : word)));
      expect(`${stdout}${stderr}`.replaceAll(path, 'my-sort.rasp')).toBe(printed);
    },
  );
});
