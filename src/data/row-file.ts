// Rows of numbers in a file: text of any size as token ids, or as bytes, of which memory holds the lengths alone.
//
//     header: HEADER_BYTES, JSON filled up with spaces | items of all rows, little-endian | lengths of all rows
//
// The checksum in the header is of everything else: the header without it, items, lengths.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BinaryFile } from '../util/binary-file.ts';
import { BinaryWriter } from '../util/binary-writer.ts';
import { FileError, UserError } from '../util/errors.ts';
import { remove } from '../util/files.ts';
import { type LengthArray, RowLengths, RowLengthsBuilder } from './row-lengths.ts';

/** Another form, or other ids for the same text, is another version. */
export const VERSION = 1;
const FORMAT = 'tx rows';
const HEADER_BYTES = 4096;
/** Items that are written at once. */
const BUFFER = 1 << 19;
/** Bytes of a file that are checked at once. */
const PIECE = 1 << 23;

/** Bytes of an item. */
export type ItemSize = 1 | 2 | 4;
const itemTypes = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;
type Items = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

const count = z.int().min(0);
const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  itemSize: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  items: count,
  lengthSize: z.union([z.literal(2), z.literal(4)]),
  rows: count,
  /** What the maker says of the content. */
  about: z.unknown(),
});
type Header = z.output<typeof headerSchema>;
const storedSchema = headerSchema.extend({ sha256: z.string() });

/** Makes a file of rows; its name stands for it once it is whole. */
export class RowFileWriter {
  readonly #writer: BinaryWriter;
  readonly #buffer: Items;
  readonly #itemSize: ItemSize;
  readonly #hash = createHash('sha256');
  readonly #lengths = new RowLengthsBuilder();
  #filled = 0;
  #items = 0;

  constructor(path: string, itemSize: ItemSize) {
    this.#writer = new BinaryWriter(path);
    this.#itemSize = itemSize;
    this.#buffer = new itemTypes[itemSize](BUFFER);
    this.#writer.append(new Uint8Array(HEADER_BYTES));
  }

  add(row: ArrayLike<number>): void {
    if (row.length <= BUFFER - this.#filled) {
      this.#buffer.set(row, this.#filled);
      this.#filled += row.length;
    } else {
      for (let i = 0; i < row.length; i++) {
        if (this.#filled === BUFFER) this.#flush();
        this.#buffer[this.#filled++] = row[i]!;
      }
    }
    this.#items += row.length;
    this.#lengths.add(row.length);
  }

  /** The file under its name; `about` is at most some 3,000 characters of JSON. */
  finish(about: unknown): RowFile {
    this.#end(about);
    this.#writer.finish();
    return RowFile.open(this.#writer.path, { verify: false });
  }

  /** The rows without a name: nothing of them stays when the process ends. */
  finishTemporary(): RowFile {
    this.#end(null);
    this.#writer.close();
    return RowFile.openTemporary(this.#writer.temporary);
  }

  /** Ends early: nothing stays. */
  abandon(): void {
    this.#writer.abandon();
  }

  #flush(): void {
    this.#append(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #append(items: Items): void {
    const bytes = bytesOf(items);
    this.#hash.update(bytes);
    try {
      this.#writer.append(bytes);
    } catch (error) {
      this.abandon();
      if (!(error instanceof FileError)) throw error;
      throw new FileError(`${error.message}; make room there, or let TX_DATA name another folder`);
    }
  }

  #end(about: unknown): void {
    this.#flush();
    const { lengths } = this.#lengths.finish();
    this.#append(lengths as Items);
    const header: Header = {
      format: FORMAT,
      version: VERSION,
      itemSize: this.#itemSize,
      items: this.#items,
      lengthSize: lengths.BYTES_PER_ELEMENT as 2 | 4,
      rows: lengths.length,
      about,
    };
    const sha256 = this.#hash.update(JSON.stringify(header)).digest('hex');
    const text = Buffer.from(JSON.stringify({ ...header, sha256 }));
    if (text.length > HEADER_BYTES) throw new RangeError('what is said about the rows is too long');
    this.#writer.writeAt(0, Buffer.concat([text, Buffer.alloc(HEADER_BYTES - text.length, ' ')]));
  }
}

export class RowFile {
  readonly lengths: RowLengths;
  /** What the maker said of the content; not checked. */
  readonly about: unknown;
  readonly #file: BinaryFile;
  readonly #header: Header;
  #leftOver: string | undefined;

  private constructor(file: BinaryFile, header: Header, lengths: RowLengths) {
    this.lengths = lengths;
    this.about = header.about;
    this.#file = file;
    this.#header = header;
  }

  /** A UserError where the file is damaged, which `verify` looks at each byte for. */
  static open(path: string, { verify = true } = {}): RowFile {
    const file = new BinaryFile(path);
    try {
      return RowFile.#read(file, verify);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Opens a file whose name goes at once, or, where the system does not allow it, when the rows are closed. */
  static openTemporary(path: string): RowFile {
    const rows = RowFile.open(path, { verify: false });
    try {
      remove(path);
    } catch {
      rows.#leftOver = path;
    }
    return rows;
  }

  static #read(file: BinaryFile, verify: boolean): RowFile {
    const damaged = (what: string) => new UserError(`${file.path}: is damaged: ${what}`);
    if (file.size < HEADER_BYTES) throw damaged('it ends too early');
    const { sha256, ...header } = parseHeader(Buffer.from(file.read(0, HEADER_BYTES)), damaged);
    const { itemSize, items, lengthSize, rows } = header;
    const end = HEADER_BYTES + items * itemSize;
    if (file.size !== end + rows * lengthSize) throw damaged('its size is another than it says');
    const stored = file.read(end, rows * lengthSize);
    const lengths: LengthArray = lengthSize === 2 ? new Uint16Array(stored) : new Uint32Array(stored);
    if (verify && checksum(file, end, lengths, header) !== sha256) throw damaged('its checksum is another');
    const known = new RowLengths(lengths);
    if (known.total !== items) throw damaged('its lengths are others');
    return new RowFile(file, header, known);
  }

  get path(): string {
    return this.#file.path;
  }

  /** Items [from, to) of a row. */
  read(row: number, from: number, to: number): Items {
    const { itemSize } = this.#header;
    const start = this.lengths.startOf(row) + from;
    return new itemTypes[itemSize](
      this.#file.read(HEADER_BYTES + start * itemSize, Math.max(0, to - from) * itemSize),
    );
  }

  close(): void {
    this.#file.close();
    if (this.#leftOver !== undefined) remove(this.#leftOver);
  }
}

function parseHeader(bytes: Buffer, damaged: (what: string) => UserError): z.output<typeof storedSchema> {
  try {
    return storedSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw damaged('its header is not one of this version');
  }
}

function checksum(file: BinaryFile, end: number, lengths: LengthArray, header: Header): string {
  const hash = createHash('sha256');
  for (let at = HEADER_BYTES; at < end; at += PIECE) {
    hash.update(new Uint8Array(file.read(at, Math.min(PIECE, end - at))));
  }
  return hash.update(bytesOf(lengths)).update(JSON.stringify(header)).digest('hex');
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Items | LengthArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
