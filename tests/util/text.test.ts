import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/util/errors.ts';
import {
  collectBytes,
  decodeLines,
  decodeText,
  readBytes,
  readLines,
  readText,
  streamFile,
  streamLines,
} from '../../src/util/text.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The bytes in pieces of at most `size`, as a stream has them. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(groups: AsyncIterable<string[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const lines of groups) all.push(...lines);
  return all;
}

const MARK = '\ufeff';
const texts: [string, string[]][] = [
  ['', []],
  [MARK, []],
  ['\n', ['']],
  [`${MARK}\n`, ['']],
  ['a', ['a']],
  ['a\nb', ['a', 'b']],
  ['a\nb\n', ['a', 'b']],
  ['a\n\n', ['a', '']],
  ['a\r\nb\r\r\nc\r', ['a', 'b\r', 'c']],
  ['a\u0085b\u2028c\u000bd\re\f\nf\n', ['a\u0085b\u2028c\u000bd\re\f', 'f']],
  [`${MARK}a\n${MARK}b\n`, ['a', `${MARK}b`]],
  [`${MARK}${MARK}a`, [`${MARK}a`]],
  ['ünï 😀\n', ['ünï 😀']],
];

describe.each(texts)('%j', (text, lines) => {
  it('has the same lines from a file, packed, in memory and from a stream', async () => {
    const bytes = Buffer.from(text);
    expect(readLines(file('plain', bytes))).toEqual(lines);
    expect(readLines(file('packed', gzipSync(bytes)))).toEqual(lines);
    expect(decodeLines(bytes, 'x')).toEqual(lines);
    for (const source of [bytes, gzipSync(bytes)]) {
      for (const size of [1, 2, 3, 1000])
        expect(await collect(streamLines(pieces(source, size), 'x'))).toEqual(lines);
      expect(await collect(streamLines(streamFile(file('streamed', source)), 'x'))).toEqual(lines);
    }
  });

  it('is the same whole text too', async () => {
    const whole = text.startsWith(MARK) ? text.slice(1) : text;
    expect(decodeText(Buffer.from(text), 'x')).toBe(whole);
    expect(readText(file('plain', text))).toBe(whole);
    expect(readText(file('packed', gzipSync(text)))).toBe(whole);
    expect(readBytes(file('packed', gzipSync(text))).toString()).toBe(text);
    expect((await collectBytes(pieces(gzipSync(text), 5), 'x')).toString()).toBe(text);
  });
});

it('any text in any pieces has the lines that stand between its \\n', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'ä', '😀', '\n', '\r', MARK, '\u2028'),
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (text, size, packed) => {
      const expected = text.replace(/^\ufeff/, '').split('\n');
      if (expected.at(-1) === '') expected.pop();
      const bytes = packed ? gzipSync(text) : Buffer.from(text);
      expect(await collect(streamLines(pieces(bytes, size), 'x'))).toEqual(
        expected.map((line) => line.replace(/\r$/, '')),
      );
    }),
    { seed: 1, numRuns: 200 },
  );
});

it('packing is known by its bytes, not by the name', () => {
  expect(readLines(file('a.gz', 'plain\n'))).toEqual(['plain']);
  expect(readLines(file('a.txt', gzipSync('packed\n')))).toEqual(['packed']);
  // As cat a.gz b.gz and bgzip make it.
  expect(readLines(file('a', Buffer.concat([gzipSync('one\ntw'), gzipSync('o\n')])))).toEqual(['one', 'two']);
});

it('a file of several blocks', () => {
  const lines = Array.from({ length: 4000 }, (_, i) => `${i} ${'käse und 😀 '.repeat(70)}`);
  const text = `${lines.join('\n')}\n`;
  expect(Buffer.byteLength(text)).toBeGreaterThan(3_000_000);
  expect(readLines(file('large', `${text}\n`))).toEqual([...lines, '']);
  const bad = file('large', Buffer.concat([Buffer.from(text), Buffer.from([0x61, 0xff])]));
  expect(() => readLines(bad)).toThrow(`${bad}:4001: not valid UTF-8: byte 2 of the line is 0xff`);
});

it('a stream hands on each line as soon as it has ended', async () => {
  const asked: string[] = [];
  const source = async function* () {
    for (const piece of ['a', '\n', 'b\nc', 'd\n']) {
      asked.push(piece);
      yield Buffer.from(piece);
    }
  };
  const seen: [string[], number][] = [];
  for await (const lines of streamLines(source(), 'x')) seen.push([lines, asked.length]);
  expect(seen).toEqual([
    [['a'], 2],
    [['b'], 3],
    [['cd'], 4],
  ]);
});

it.each([false, true])('a reader that stops early ends its source (packed: %s)', async (packed) => {
  let ended = false;
  const source = async function* () {
    try {
      const block = Buffer.from('line\n'.repeat(20_000));
      for (;;) yield packed ? gzipSync(block) : block;
    } finally {
      ended = true;
    }
  };
  for await (const _ of streamLines(source(), 'x')) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(true);
});

describe('what is wrong', () => {
  const bad: [string, Uint8Array, string][] = [
    [
      'a lone byte',
      Buffer.from('good\nb\xe9d\n', 'latin1'),
      ':2: not valid UTF-8: byte 2 of the line is 0xe9',
    ],
    [
      'after other characters',
      Buffer.from([0xc3, 0xa4, 0xef, 0xbf, 0xbd, 0x80]),
      ':1: not valid UTF-8: byte 6 of the line is 0x80',
    ],
    [
      'a character cut by the end',
      Uint8Array.of(0x61, 0xc3),
      ':1: not valid UTF-8: byte 2 of the line is 0xc3',
    ],
    [
      'a character cut by a line',
      Uint8Array.of(0x61, 0xe2, 0x82, 0x0a, 0xac),
      ':1: not valid UTF-8: byte 2 of the line is 0xe2',
    ],
    [
      'half a surrogate',
      Uint8Array.of(0x0a, 0xed, 0xa0, 0x80),
      ':2: not valid UTF-8: byte 1 of the line is 0xed',
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffab\n', 'utf16le'),
      ':1: not valid UTF-8: byte 1 of the line is 0xff; it looks like UTF-16',
    ],
    ['a cut packing', gzipSync('some text').subarray(0, 12), ': cannot be unpacked (unexpected end of file)'],
  ];

  it.each(bad)('%s is told with line and byte', async (_name, bytes, message) => {
    const path = file('bad', bytes);
    const error = new RegExp(`^${path}${message.replace(/[().]/g, '\\$&')}`);
    expect(() => readLines(path)).toThrow(UserError);
    expect(() => readLines(path)).toThrow(error);
    expect(() => readText(path)).toThrow(error);
    for (const size of [1, 1000]) {
      await expect(collect(streamLines(pieces(bytes, size), path))).rejects.toThrow(error);
      await expect(collect(streamLines(pieces(bytes, size), path))).rejects.toThrow(UserError);
    }
  });

  it('a file that cannot be read', async () => {
    for (const [path, message] of [
      [join(folder, 'none'), 'no such file or directory'],
      [folder, 'is a directory'],
      [join(file('f', ''), 'x'), 'a part of the path is not a directory'],
    ] as const) {
      const error = new UserError(`${path}: ${message}`);
      expect(() => readLines(path)).toThrow(error);
      await expect(collect(streamLines(streamFile(path), path))).rejects.toThrow(error);
    }
  });

  it('a text or a line beyond its limit, packed or endless', async () => {
    const path = file('a', `${MARK}12345\n1234567\n`);
    expect(readLines(path, { maxBytes: 17, maxLineBytes: 8 })).toEqual(['12345', '1234567']);
    expect(readText(path, { maxBytes: 17 })).toHaveLength(14);
    // Lines, then zeros.
    const late = file(
      'late.gz',
      gzipSync(Buffer.concat([Buffer.from('12345678\n'.repeat(100)), Buffer.alloc(300_000_000)]), {
        level: 1,
      }),
    );
    const bomb = file('bomb.gz', gzipSync(Buffer.alloc(100_000_000)));
    const packed = file('zeros.gz', gzipSync(Buffer.alloc(1_000_000)));
    for (const [read, message] of [
      [() => readText(path, { maxBytes: 16 }), 'a: is larger than 16 bytes'],
      [() => readLines(path, { maxBytes: 16 }), 'a: is larger than 16 bytes'],
      [() => readLines(path, { maxLineBytes: 6 }), 'a:1: the line is longer than 6 bytes'],
      [
        () => readLines(file('b', '1\n22\n1\n333'), { maxLineBytes: 2 }),
        'b:4: the line is longer than 2 bytes',
      ],
      [
        () => readLines(file('c', '1\n22\n333\n1\n'), { maxLineBytes: 2 }),
        'c:3: the line is longer than 2 bytes',
      ],
      [() => readLines(path, { maxHeldBytes: 90 }), 'a: its lines take more than 90 bytes of memory'],
      [() => readLines(packed, { maxBytes: 100_000 }), 'zeros.gz: is larger than 100 kB'],
      [() => readLines('/dev/zero', { maxLineBytes: 3e6 }), '/dev/zero:1: the line is longer than 3.0 MB'],
      [() => readLines('/dev/zero'), '/dev/zero:1: the line is longer than 16 MB'],
      [() => readLines(late), 'late.gz: is larger than 268 MB'],
      [() => readLines(bomb), 'bomb.gz:1: the line is longer than 16 MB'],
    ] as const) {
      expect(read).toThrow(UserError);
      expect(read).toThrow(message);
    }
    const zeros = async function* () {
      for (;;) yield Buffer.alloc(1000);
    };
    await expect(collect(streamLines(zeros(), 'x', { maxLineBytes: 5000 }))).rejects.toThrow(
      'x:1: the line is',
    );
    await expect(collect(streamLines(streamFile(packed), 'x', { maxBytes: 5000 }))).rejects.toThrow(
      'x: is larger',
    );
  });
});
