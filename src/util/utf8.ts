// UTF-8 as bytes: its byte order mark, its lines, and where and how a text is not valid.
import { isUtf8 } from 'node:buffer';
import { UserError } from './errors.ts';
import { formatCount } from './format.ts';

/** The byte of `\n`. */
export const NEWLINE = 0x0a;
/** The byte order mark. */
export const MARK = Buffer.from('\ufeff');

/** The same bytes as a Buffer. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether the bytes begin with a byte order mark. */
export const startsWithMark = (bytes: Buffer): boolean => bytes.subarray(0, MARK.length).equals(MARK);

/** The lines of a block as bytes, each with its number from 0. */
export function* splitBytes(block: Buffer): Generator<[number, Buffer]> {
  for (let line = 0, start = 0; ; line++) {
    const newline = block.indexOf(NEWLINE, start);
    yield [line, block.subarray(start, newline < 0 ? block.length : newline)];
    if (newline < 0) return;
    start = newline + 1;
  }
}

/**
 * What is said of a block that is not valid: its first bad line and byte. UTF-8 never has the byte of `\n` inside a
 * character, so lines can be judged one by one; `first` counts from 1.
 */
export function invalidUtf8(block: Buffer, name: string, first: number): UserError {
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
