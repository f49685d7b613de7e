// Text in: bytes of a file or a stream to lines, the same way everywhere. What starts with gzip's two bytes, which no
// UTF-8 text does, is unpacked, whatever its name; a byte order mark at the start is dropped; lines end at \n alone
// (sentences may hold U+0085 or U+2028), and one \r before it is dropped. Anything that is not UTF-8 is an error.
import { constants, isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { getHeapStatistics } from 'node:v8';
import { createGunzip, gunzipSync, constants as zlib } from 'node:zlib';
import { UserError } from './errors.ts';
import { attempt } from './files.ts';
import { formatBytes, formatCount } from './format.ts';

/** What is beyond a limit is a UserError. */
export interface TextLimits {
  /** Most bytes of a text, unpacked; of one that is held whole by default half of what Node may use. */
  maxBytes?: number;
  /** Most bytes of memory that lines may take together, where all are held. */
  maxHeldBytes?: number;
  /** Most bytes of a line, 16 MB by default: an endless one must not fill the memory. */
  maxLineBytes?: number;
}

const MAX_LINE_BYTES = 16_000_000;
const MAX_TEXT_BYTES = getHeapStatistics().heap_size_limit / 2;
const MAX_STRING_BYTES = Math.min(constants.MAX_STRING_LENGTH, MAX_TEXT_BYTES);
/** Packed bytes that are looked at first: at most a thousand times as many unpacked. */
const PACKED_START = 1 << 15;
/** Text is packed to a tenth or so; beyond this many times its packed size, and 268 MB, it is something else. */
const MAX_RATIO = 50;
const MIN_UNPACKED = 1 << 28;
/** What a line takes in memory beside its bytes. */
const LINE_BYTES = 40;

const NEWLINE = 0x0a;
const MARK = Buffer.from('\ufeff');
/** Bytes read at once. */
const BLOCK = 1 << 20;

/** The lines of a file; a last one needs no `\n`. A UserError names the file, and the line and byte of bad UTF-8. */
export function readLines(path: string, limits: TextLimits = {}): string[] {
  const check = (start: Buffer) => void new LineDecoder(path, limits).push(start);
  return decodeBlocks(readBlocks(path, limits, check), path, limits);
}

/** A file's text, byte order mark and packing removed, otherwise as it stands. Errors as for readLines. */
export function readText(path: string, limits: TextLimits = {}): string {
  return decodeText(readBytes(path, { maxBytes: MAX_STRING_BYTES, ...limits }), path);
}

/** A file's bytes, unpacked. */
export function readBytes(path: string, limits: TextLimits = {}): Buffer {
  return Buffer.concat([...readBlocks(path, limits)]);
}

/** The text of unpacked bytes without a byte order mark; `name` is what errors call them. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const all = asBuffer(bytes);
  if (!isUtf8(all)) throw invalidUtf8(all, name, 1);
  return attempt(name, () => (startsWithMark(all) ? all.subarray(MARK.length) : all).toString('utf8'));
}

/** The lines of unpacked bytes, as readLines gives those of a file. */
export function decodeLines(bytes: Uint8Array, name: string, limits: TextLimits = {}): string[] {
  return decodeBlocks(
    (function* () {
      for (let at = 0; at < bytes.length; at += BLOCK) yield bytes.subarray(at, at + BLOCK);
    })(),
    name,
    limits,
  );
}

/**
 * The lines of a stream in groups, each as soon as its last line has ended, in memory that does not grow with their
 * number. Errors as for readLines; `name` is what they call the stream.
 */
export async function* streamLines(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  limits: TextLimits = {},
): AsyncGenerator<string[]> {
  const decoder = new LineDecoder(name, limits);
  for await (const chunk of unpack(chunks, name)) {
    const lines = decoder.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = decoder.end();
  if (last.length > 0) yield last;
}

/** A stream's bytes, unpacked. */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for await (const chunk of unpack(chunks, name)) blocks.push(chunk);
  return Buffer.concat(blocks);
}

/** A file's bytes as they are, to be read while they are used. The signal ends it with an error. */
export async function* streamFile(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { ...(signal && { signal }) }) as AsyncIterable<Buffer>;
  } catch (error) {
    attempt(path, () => {
      throw error;
    });
  }
}

/** Bytes, in pieces of any size, to lines. */
class LineDecoder {
  readonly #name: string;
  readonly #maxBytes: number;
  readonly #maxLineBytes: number;
  #bytes = 0;
  #lines = 0;
  /** The beginning of a line whose end has not come. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;

  constructor(name: string, { maxBytes = Infinity, maxLineBytes = MAX_LINE_BYTES }: TextLimits) {
    this.#name = name;
    this.#maxBytes = maxBytes;
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that end in this piece. */
  push(piece: Uint8Array): string[] {
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#name, this.#maxBytes);
    const newline = piece.lastIndexOf(NEWLINE);
    const lines = newline < 0 ? [] : this.#decode(this.#take(piece.subarray(0, newline)));
    const begun = piece.subarray(newline + 1);
    if (begun.length > 0) this.#rest.push(begun);
    this.#restBytes += begun.length;
    this.#checkLength(this.#restBytes, 1);
    return lines;
  }

  /** A last line without its `\n`. */
  end(): string[] {
    const block = this.#take(new Uint8Array(0));
    const isEmpty = block.length === 0 || (this.#lines === 0 && block.equals(MARK));
    return isEmpty ? [] : this.#decode(block);
  }

  #take(piece: Uint8Array): Buffer {
    const block = this.#rest.length === 0 ? asBuffer(piece) : Buffer.concat([...this.#rest, piece]);
    this.#rest = [];
    this.#restBytes = 0;
    return block;
  }

  #decode(block: Buffer): string[] {
    if (!isUtf8(block)) throw invalidUtf8(block, this.#name, this.#lines + 1);
    if (block.length > this.#maxLineBytes) {
      for (const [i, line] of splitBytes(block)) this.#checkLength(line.length, 1 + i);
    }
    const text = attempt(this.#name, () => block.toString('utf8'));
    const isMarked = this.#lines === 0 && startsWithMark(block);
    const lines = (isMarked ? text.slice(1) : text).split('\n');
    this.#lines += lines.length;
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** `line` is its number from 1 after the lines that are done. */
  #checkLength(bytes: number, line: number): void {
    if (bytes <= this.#maxLineBytes) return;
    const limit = formatBytes(this.#maxLineBytes);
    throw new UserError(`${this.#name}:${this.#lines + line}: the line is longer than ${limit}; split it`);
  }
}

function decodeBlocks(blocks: Iterable<Uint8Array>, name: string, limits: TextLimits): string[] {
  const decoder = new LineDecoder(name, limits);
  const groups: string[][] = [];
  const { maxHeldBytes = MAX_TEXT_BYTES } = limits;
  let held = 0;
  for (const block of blocks) {
    const lines = decoder.push(block);
    groups.push(lines);
    held += block.length + LINE_BYTES * lines.length;
    if (held > maxHeldBytes) {
      throw new UserError(
        `${name}: its lines take more than ${formatBytes(maxHeldBytes)} of memory, the most that is read: ` +
          'half of what NODE_OPTIONS=--max-old-space-size=MEGABYTES says',
      );
    }
  }
  groups.push(decoder.end());
  return groups.flat();
}

/**
 * A file's bytes in blocks, or unpacked as one. Of packed ones `check` first gets the beginning alone: a small file may
 * hold a line that fills the memory.
 */
function* readBlocks(
  path: string,
  { maxBytes = MAX_TEXT_BYTES }: TextLimits,
  check?: (start: Buffer) => void,
): Generator<Buffer> {
  const file = attempt(path, () => openSync(path, 'r'));
  try {
    let total = 0;
    const read = (): Buffer => {
      const block = attempt(path, () => readBlock(file));
      total += block.length;
      if (total > maxBytes) throw tooLarge(path, maxBytes);
      return block;
    };
    const first = read();
    if (!isPacked(first)) {
      for (let block = first; block.length > 0; block = read()) yield block;
      return;
    }
    const packed = [first];
    for (let block = read(); block.length > 0; block = read()) packed.push(block);
    check?.(gunzip(first.subarray(0, PACKED_START), path, maxBytes, zlib.Z_SYNC_FLUSH));
    yield gunzip(Buffer.concat(packed), path, maxBytes);
  } finally {
    closeSync(file);
  }
}

/** The next bytes of a file, BLOCK of them unless it ends. */
function readBlock(file: number): Buffer {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let length = 0;
  while (length < block.length) {
    const count = readSync(file, block, length, block.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return block.subarray(0, length);
}

/** With `finishFlush` Z_SYNC_FLUSH also of packed bytes that end too early. */
function gunzip(packed: Buffer, name: string, maxBytes: number, finishFlush?: number): Buffer {
  const likely = Math.max(MIN_UNPACKED, MAX_RATIO * packed.length);
  const maxOutputLength = Math.min(maxBytes, likely, constants.MAX_LENGTH);
  try {
    return gunzipSync(packed, {
      maxOutputLength,
      chunkSize: BLOCK,
      ...(finishFlush !== undefined && { finishFlush }),
    });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? tooLarge(name, maxOutputLength) : cannotUnpack(name, error);
  }
}

async function* unpack(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      yield* { [Symbol.asyncIterator]: () => source };
    } finally {
      await source.return?.();
    }
  };
  // A first byte that is another tells already: a line typed at a terminal does not wait for the next.
  let head = Buffer.alloc(0);
  while (head.length === 0 || (head.length === 1 && head[0] === GZIP[0])) {
    const next = await source.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  if (!isPacked(head)) {
    yield* whole();
    return;
  }
  const unpacked = createGunzip();
  // Errors of either reach whoever reads `unpacked`.
  pipeline(Readable.from(whole()), unpacked, () => {});
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof UserError ? error : cannotUnpack(name, error);
  }
}

const GZIP = [0x1f, 0x8b];
const isPacked = (bytes: Uint8Array): boolean => bytes[0] === GZIP[0] && bytes[1] === GZIP[1];

const cannotUnpack = (name: string, error: unknown): UserError =>
  new UserError(`${name}: cannot be unpacked (${(error as Error).message})`);

const tooLarge = (name: string, limit: number): UserError =>
  new UserError(`${name}: is larger than ${formatBytes(limit)}, the most that is read`);

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const startsWithMark = (bytes: Buffer): boolean => bytes.subarray(0, MARK.length).equals(MARK);

/** The lines of a block as bytes, each with its number from 0. */
function* splitBytes(block: Buffer): Generator<[number, Buffer]> {
  for (let line = 0, start = 0; ; line++) {
    const newline = block.indexOf(NEWLINE, start);
    yield [line, block.subarray(start, newline < 0 ? block.length : newline)];
    if (newline < 0) return;
    start = newline + 1;
  }
}

/** UTF-8 never has the byte of `\n` inside a character, so lines can be judged one by one; `first` counts from 1. */
function invalidUtf8(block: Buffer, name: string, first: number): UserError {
  for (const [i, line] of splitBytes(block)) {
    if (isUtf8(line)) continue;
    const at = findInvalidByte(line);
    const byte = `0x${line[at]!.toString(16).padStart(2, '0')}`;
    const isWide = first + i === 1 && ['fffe', 'feff'].includes(line.toString('hex', 0, 2));
    const remedy = isWide ? 'it looks like UTF-16' : 'convert the text to UTF-8';
    return new UserError(
      `${name}:${first + i}: not valid UTF-8: byte ${formatCount(at + 1)} of the line is ${byte}; ${remedy}`,
    );
  }
  throw new RangeError('the block is valid');
}

/** The place of the first byte that begins no character: where decoding puts U+FFFD in place of other bytes. */
function findInvalidByte(line: Buffer): number {
  const replacement = Buffer.from('\ufffd');
  let at = 0;
  for (const character of line.toString('utf8')) {
    if (character === '\ufffd' && !line.subarray(at, at + 3).equals(replacement)) return at;
    at += Buffer.byteLength(character);
  }
  return at;
}
