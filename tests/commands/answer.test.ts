import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, type AnswerOptions, answerLines, countLines } from '../../src/commands/answer.ts';
import type { Context } from '../../src/commands/command.ts';
import { UserError } from '../../src/util/errors.ts';
import { createLog } from '../../src/util/log.ts';

let dir: string;
let stdin: PassThrough;
let written: string[];
let warnings: string[];
let controller: AbortController;
let context: Context;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-answer-'));
  stdin = new PassThrough();
  written = [];
  warnings = [];
  controller = new AbortController();
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const log = createLog({ write: (text) => warnings.push(text.replaceAll(`${dir}/`, '')) });
  context = { stdin, stdout, log, abortSignal: () => controller.signal };
});
afterEach(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

/** Each line in capitals. */
const shout: Answer = async ({ lines }) => lines.map((line) => `${line.toUpperCase()}\n`).join('');

async function answer(over: Partial<AnswerOptions>, how: Answer = shout): Promise<void> {
  const inputs = over.inputs ?? ['-'];
  const total = await countLines(inputs, context);
  await answerLines(
    { output: undefined, bufferSize: 2, doing: 'shouting', ...over, inputs, total },
    context,
    how,
  );
}

describe('lines that come one by one', () => {
  it('are answered one by one, before the next has come', async () => {
    const running = answer({ bufferSize: 1000 });
    for (const word of ['a', 'b', 'c']) {
      stdin.write(`${word}\n`);
      await vi.waitFor(() => expect(written.at(-1)).toBe(`${word.toUpperCase()}\n`));
    }
    stdin.end('d');
    await running;
    expect(written).toEqual(['A\n', 'B\n', 'C\n', 'D\n']);
  });

  it('are answered together where they come together', async () => {
    stdin.end('a\nb\nc\n');
    await answer({});
    expect(written).toEqual(['A\nB\n', 'C\n']);
  });

  it('are not read further than a slow reader of the answers takes them', async () => {
    const taken: (() => void)[] = [];
    context.stdout = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        taken.push(done);
      },
    });
    let answered = 0;
    const running = answer({ bufferSize: 1, inputs: [file('in', 'a\nb\nc\n')] }, async ({ lines }) => {
      answered += lines.length;
      return 'x\n';
    });
    for (const count of [1, 2, 3]) {
      await vi.waitFor(() => expect(taken.length).toBe(count));
      await new Promise((resolve) => setImmediate(resolve));
      expect(answered).toBe(count);
      taken[count - 1]!();
    }
    await running;
  });
});

it('files are answered in full windows, one after another, and packed as well', async () => {
  const inputs = [file('a', 'a\nb\nc\n'), file('empty', ''), file('d.gz', gzipSync('\ufeffd\ne\n'))];
  const seen: [string[], string[]][] = [];
  await answer({ inputs }, async ({ lines }, { place }) => {
    seen.push([lines, lines.map((_, i) => place(i).replace(`${dir}/`, ''))]);
    return '';
  });
  expect(seen).toEqual([
    [
      ['a', 'b'],
      ['a:1', 'a:2'],
    ],
    [
      ['c', 'd'],
      ['a:3', 'd.gz:1'],
    ],
    [['e'], ['d.gz:2']],
  ]);
});

it('a bad line of a file is told before any work', async () => {
  const bad = file('bad', Buffer.from('a\nb\nc\n\xff\n', 'latin1'));
  const never: Answer = () => Promise.reject(new Error('must not run'));
  await expect(answer({ inputs: ['-', bad] }, never)).rejects.toThrow(/bad:4: not valid UTF-8/);
  await expect(answer({ inputs: [join(dir, 'none')] }, never)).rejects.toThrow(
    'none: no such file or directory',
  );
  await expect(answer({ inputs: ['-', '-'] }, never)).rejects.toThrow('standard input, -, can be read once');
});

describe('what ends early', () => {
  it('keeps what is done, all of it whole lines, when it is interrupted', async () => {
    const output = file('out', 'old\n');
    const interrupted: Answer = async (window, options) => {
      if (window.first === 4) controller.abort();
      options.signal.throwIfAborted();
      return shout(window, options);
    };
    await answer({ inputs: [file('in', 'a\nb\nc\nd\ne\nf\n')], output }, interrupted);
    expect(readdirSync(dir)).toEqual(['in', 'out', 'out.part']);
    expect(readFileSync(output, 'utf8')).toBe('old\n');
    expect(readFileSync(`${output}.part`, 'utf8')).toBe('A\nB\nC\nD\n');
    expect(warnings).toEqual(['tx: warning: interrupted: 4 lines are done, in out.part; go on at line 5\n']);
    await expect(answer({ inputs: [join(dir, 'in')], output })).rejects.toThrow(
      'out.part: is left from work that was interrupted; move or remove it',
    );
  });

  it('ends at once where it waits for more', async () => {
    const running = answer({});
    stdin.write('a\n');
    await vi.waitFor(() => expect(written).toEqual(['A\n']));
    controller.abort();
    await running;
    expect(warnings).toEqual(['tx: warning: interrupted: 1 line is done; go on at line 2\n']);
    expect(stdin.destroyed).toBe(true);
  });

  it('says so where nothing is done, and leaves nothing', async () => {
    controller.abort();
    await answer({ output: join(dir, 'out') });
    expect(warnings).toEqual(['tx: warning: interrupted before a line was done\n']);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps what is done when something fails, and lets go of standard input', async () => {
    const output = join(dir, 'out');
    const fail: Answer = async (window, options) => {
      if (window.first > 0) throw new UserError('no more');
      return shout(window, options);
    };
    const running = answer({ output }, fail);
    stdin.write('a\nb\nc\n');
    await expect(running).rejects.toThrow('no more');
    expect(readFileSync(`${output}.part`, 'utf8')).toBe('A\nB\n');
    expect(warnings).toEqual(['tx: warning: ended early: 2 lines are done, in out.part; go on at line 3\n']);
    expect(stdin.destroyed).toBe(true);
  });

  it('answers the lines of a stream before the bad one', async () => {
    const running = answer({});
    stdin.write('a\n');
    await vi.waitFor(() => expect(written).toEqual(['A\n']));
    stdin.end(Buffer.from([0xff, 0x0a]));
    await expect(running).rejects.toThrow('standard input:2: not valid UTF-8');
  });

  it('has its conclusion, where a line is done', async () => {
    const conclusion = () => ['the end\n'];
    await answer({ inputs: [file('in', 'a\n')], conclusion });
    expect(written).toEqual(['A\n', 'the end\n']);
    controller.abort();
    await answer({ inputs: [file('in', 'a\n')], conclusion });
    expect(written).toHaveLength(2);
  });
});
