import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readParallel } from '../../../src/data/sources/parallel.ts';
import { collectColumns } from '../../../src/data/sources/source.ts';
import { UserError } from '../../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-parallel-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const read = (src: string[], tgt: string[]) => collectColumns(readParallel({ src, tgt }), ['src', 'tgt']);

test('pairs of files are read one after another', async () => {
  const [a, b] = [file('a', '1\n2\n'), file('b', 'x\ny\n')];
  expect(await read([a, b], [b, a])).toEqual({ src: ['1', '2', 'x', 'y'], tgt: ['x', 'y', '1', '2'] });
});

test('packed files and byte order marks are read like others', async () => {
  const [plain, packed] = [file('plain', '\ufeffa\r\nb\n'), file('packed', gzipSync('\ufeffc\nd'))];
  expect(await read([plain], [packed])).toEqual({ src: ['a', 'b'], tgt: ['c', 'd'] });
});

test('files of unequal length are told with their counts', async () => {
  const [two, three] = [file('two', 'a\nb\n'), file('three', 'a\nb\nc\n')];
  const complaint = `${two} has 2 lines but ${three} has 3: parallel files need equal counts`;
  await expect(read([two], [three])).rejects.toThrow(UserError);
  await expect(read([two], [three])).rejects.toThrow(complaint);
  await expect(read([three], [two])).rejects.toThrow(`${three} has 3 lines but ${two} has 2`);
  const none = file('none', '');
  await expect(read([two], [none])).rejects.toThrow(`${two} has 2 lines but ${none} has 0`);
  expect(await read([none], [none])).toEqual({ src: [], tgt: [] });
});

test('an unreadable file and bytes that are no text are told with their place', async () => {
  const [good, bad] = [file('good', 'a\nb\n'), file('bad', Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a]))];
  const gone = join(folder, 'gone');
  await expect(read([good], [gone])).rejects.toThrow(`${gone}: no such file`);
  await expect(read([bad], [good])).rejects.toThrow(`${bad}:2: not valid UTF-8`);
});

test('large files of very unequal sizes are paired line by line, without being held whole', async () => {
  const count = 30_000;
  const long = (i: number) => `line ${i} ${'x'.repeat(100 + (i % 200))}`;
  const src = Array.from({ length: count }, (_, i) => (i % 7 === 0 ? '' : String(i)));
  const tgt = Array.from({ length: count }, (_, i) => long(i));
  const [short, wide] = [file('short', `${src.join('\n')}\n`), file('wide', `${tgt.join('\n')}\n`)];
  const packed = file('wide.gz', gzipSync(`${tgt.join('\n')}\n`));
  for (const other of [wide, packed]) {
    const groups: number[] = [];
    const all = { src: [] as string[], tgt: [] as string[] };
    for await (const group of readParallel({ src: [short], tgt: [other] })) {
      expect(group.src).toHaveLength(group.tgt.length);
      groups.push(group.src.length);
      all.src.push(...group.src);
      all.tgt.push(...group.tgt);
    }
    expect(groups.length).toBeGreaterThan(20);
    expect(all.src.join('\n') === src.join('\n')).toBe(true);
    expect(all.tgt.join('\n') === tgt.join('\n')).toBe(true);
  }
  const more = file('more', `${src.join('\n')}\n\nlast`);
  await expect(read([more], [wide])).rejects.toThrow(
    `${more} has ${count + 2} lines but ${wide} has ${count}`,
  );
});

test('who stops reading closes the files', async () => {
  const path = file('many', 'a line\n'.repeat(200_000));
  for await (const group of readParallel({ src: [path], tgt: [path] })) {
    expect(group.src[0]).toBe('a line');
    break;
  }
});
