// Bytes, in pieces of any size, to lines: the one place where a text is cut into lines.
import { isUtf8 } from 'node:buffer';
import { UserError } from './errors.ts';
import { attempt } from './files.ts';
import { formatBytes } from './format.ts';
import { MAX_LINE_BYTES, type TextLimits, tooLarge } from './text-limits.ts';
import { asBuffer, invalidUtf8, MARK, NEWLINE, splitBytes, startsWithMark } from './utf8.ts';

/** Decodes one text: its pieces in their order, then its end. Errors call it by its name. */
export class LineDecoder {
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
