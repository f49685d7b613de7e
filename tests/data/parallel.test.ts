import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readLines, readParallel } from '../../src/data/parallel.ts';
import { UserError } from '../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-parallel-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each<[string, string[]]>([
  ['', []],
  ['\n', ['']],
  ['a', ['a']],
  ['a\nb', ['a', 'b']],
  ['a\nb\n', ['a', 'b']],
  ['a\n\n', ['a', '']],
  ['a\r\nb\r\r\n', ['a', 'b\r']],
  ['a\u0085b\u2028c\u000bd\re\nf\n', ['a\u0085b\u2028c\u000bd\re', 'f']],
  ['\ufeffa\n\ufeffb\n', ['a', '\ufeffb']],
  ['ünï 😀\n', ['ünï 😀']],
])('lines of %j', (content, lines) => {
  expect(readLines(file('lines', content))).toEqual(lines);
  expect(readLines(file('lines.gz', gzipSync(content)))).toEqual(lines);
});

test('a file of several blocks', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i} ${'käse und 😀 '.repeat(70)}`);
  expect(readLines(file('large', `${lines.join('\n')}\n\n`))).toEqual([...lines, '']);
  const path = file('large', Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0xff])]));
  expect(() => readLines(path)).toThrow(`${path}:20001: not valid UTF-8`);
});

test('pairs of files are read one after another', () => {
  const [a, b] = [file('a', '1\n2\n'), file('b', 'x\ny\n')];
  expect(readParallel([a, b], [b, a])).toEqual({ src: ['1', '2', 'x', 'y'], tgt: ['x', 'y', '1', '2'] });
  expect(() => readParallel([a, b], [b])).toThrow('2 source files but 1 target files');
});

test('what is wrong is told with the file and the line', () => {
  const missing = join(folder, 'missing');
  const bad = file('bad', Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a]));
  const cases: [() => unknown, string][] = [
    [() => readLines(missing), `${missing}: no such file`],
    [() => readLines(folder), `${folder}: cannot be read (EISDIR)`],
    [() => readLines(bad), `${bad}:2: not valid UTF-8`],
    [() => readLines(file('cut.gz', gzipSync('some text').subarray(0, 12))), 'cut.gz: cannot be unpacked'],
    [
      () => readParallel([file('two', 'a\nb\n')], [file('three', 'a\nb\nc\n')]),
      `${join(folder, 'two')} has 2 lines but ${join(folder, 'three')} has 3`,
    ],
  ];
  for (const [read, message] of cases) {
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
  }
});
