// Rows in files: as those in memory, whatever they hold; damage of every kind is found.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type ItemSize, RowFile, RowFileWriter } from '../../src/data/row-file.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { TextRows } from '../../src/data/text-rows.ts';
import { idSize, TemporaryIndexBuilder, TokenIndex } from '../../src/data/token-index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.ids`);

function write(rows: readonly ArrayLike<number>[], itemSize: ItemSize, path = newPath()): RowFile {
  const writer = new RowFileWriter(path, itemSize);
  for (const row of rows) writer.add(row);
  return writer.finish({ rows: rows.length });
}

const rowsBelow = (limit: number) =>
  fc.array(fc.array(fc.nat(limit - 1), { maxLength: 200 }), { maxLength: 150 });

describe('an index has the sequences of memory', () => {
  test.each([
    [2, 0x10000],
    [4, 2 ** 31],
  ] as const)('ids of %i bytes', (itemSize, limit) => {
    expect(idSize(limit)).toBe(itemSize);
    const part = fc.tuple(fc.nat(149), fc.nat(200), fc.nat(200));
    fc.assert(
      fc.property(rowsBelow(limit), fc.array(part), (rows, parts) => {
        const path = newPath();
        write(rows, itemSize, path).close();
        const index = new TokenIndex(RowFile.open(path));
        const memory = Sequences.build(rows.length, (i) => rows[i]!);
        expect(index.length).toBe(memory.length);
        for (let i = 0; i < rows.length; i++) {
          expect(index.lengthOf(i)).toBe(memory.lengthOf(i));
          expect(index.at(i)).toEqual(memory.at(i));
        }
        for (const [row, from, to] of parts) {
          if (row >= rows.length || from > to || to > rows[row]!.length) continue;
          expect(index.at(row, from, to)).toEqual(memory.at(row, from, to));
        }
        index.close();
      }),
      { numRuns: 20 },
    );
  });

  it('also in rows longer than what is written at once, and than two bytes count', () => {
    const rows = [[1], Uint16Array.from({ length: 1_200_000 }, (_, i) => i), [], [2, 3]];
    const index = new TokenIndex(write(rows, 2));
    expect(Buffer.from(index.at(1).buffer).equals(Buffer.from(Int32Array.from(rows[1]!).buffer))).toBe(true);
    expect([...index.at(1, 1_199_999)]).toEqual([1_199_999 % 65_536]);
    expect([...index.at(3)]).toEqual([2, 3]);
    index.close();
  });

  it('without a name too, of which no file is left', () => {
    const before = readdirSync(folder);
    const builder = new TemporaryIndexBuilder(new RowFileWriter(newPath(), 2));
    builder.add([1, 2]);
    builder.add([3]);
    const index = builder.finish();
    expect(readdirSync(folder)).toEqual(before);
    expect([[...index.at(0)], [...index.at(1)]]).toEqual([[1, 2], [3]]);
    index.close();
  });
});

test('lines come back, whatever their characters', () => {
  const lines = ['', 'Grüß Gott!', '日本語 \u{1f600}\u2028', 'a'.repeat(70_000)];
  const rows = new TextRows(
    write(
      lines.map((line) => Buffer.from(line)),
      1,
    ),
  );
  expect(lines.map((_, i) => rows.at(i))).toEqual(lines);
});

describe('a file', () => {
  const rows = [[1, 2, 3], [4], [], [5, 6]];

  it('has its name once it is whole, and nothing stays of one that is abandoned', () => {
    const path = newPath();
    const name = path.slice(folder.length + 1);
    const mine = () => readdirSync(folder).filter((file) => file.includes(name));
    const writer = new RowFileWriter(path, 2);
    writer.add([1, 2]);
    expect(mine()).toHaveLength(1);
    expect(mine()).not.toContain(name);
    writer.abandon();
    writer.abandon();
    expect(mine()).toEqual([]);
    write(rows, 2, path).close();
    expect(mine()).toEqual([name]);
  });

  it('says what its maker said of it', () => {
    expect(write(rows, 2).about).toEqual({ rows: 4 });
  });

  it('may be made by several at once', () => {
    const path = newPath();
    const writers = [1, 2, 3].map(() => new RowFileWriter(path, 2));
    for (const row of rows) for (const writer of writers) writer.add(row);
    const made = writers.map((writer) => writer.finish(null));
    for (const rowsOf of [...made, RowFile.open(path)]) {
      const index = new TokenIndex(rowsOf);
      expect(rows.map((_, i) => [...index.at(i)])).toEqual(rows);
      index.close();
    }
  });

  it('that is damaged anywhere, or cut, is refused', () => {
    const path = newPath();
    write(rows, 2, path).close();
    const whole = readFileSync(path);
    const damaged = join(folder, 'damaged.ids');
    const used = whole.subarray(0, 4096).toString().trimEnd().length;
    const places = [
      ...Array(used).keys(),
      ...Array.from({ length: whole.length - 4096 }, (_, i) => 4096 + i),
    ];
    for (const at of places) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      writeFileSync(damaged, bytes);
      expect(() => RowFile.open(damaged), `byte ${at}`).toThrow(/^.*damaged\.ids: is damaged: /);
    }
    for (const length of [0, 1, 4095, 4096, whole.length - 1]) {
      writeFileSync(damaged, whole.subarray(0, length));
      expect(() => RowFile.open(damaged), `${length} bytes`).toThrow('is damaged: ');
    }
    writeFileSync(damaged, Buffer.concat([whole, Buffer.of(0)]));
    expect(() => RowFile.open(damaged)).toThrow('is damaged: its size is another than it says');
    copyFileSync(path, damaged);
    RowFile.open(damaged).close();
  });
});
