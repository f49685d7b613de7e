// Text in: bytes of a file or a stream to lines, the same way everywhere. What starts with gzip's two bytes, which no
// UTF-8 text does, is unpacked, whatever its name; a byte order mark at the start is dropped; lines end at \n alone
// (sentences may hold U+0085 or U+2028), and one \r before it is dropped. Anything that is not UTF-8 is an error.
import { constants, isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { constants as zlib } from 'node:zlib';
import { UserError } from './errors.ts';
import { attempt } from './files.ts';
import { formatBytes } from './format.ts';
import { gunzip, isPacked, unpack } from './gzip.ts';
import { LineDecoder } from './line-decoder.ts';
import { MAX_TEXT_BYTES, type TextLimits, tooLarge } from './text-limits.ts';
import { asBuffer, invalidUtf8, MARK, startsWithMark } from './utf8.ts';

const MAX_STRING_BYTES = Math.min(constants.MAX_STRING_LENGTH, MAX_TEXT_BYTES);
/** Packed bytes that are looked at first: at most a thousand times as many unpacked. */
const PACKED_START = 1 << 15;
/** What a line takes in memory beside its bytes. */
const LINE_BYTES = 40;
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

/** The same of a file that may be damaged: what is not UTF-8 becomes U+FFFD. */
export function readDamagedText(path: string): string {
  return readBytes(path, { maxBytes: MAX_STRING_BYTES }).toString('utf8');
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
