// The character map of a SentencePiece model (`precompiled_charsmap`): rewriting rules such as NFKC's, compiled. The
// bytes are u32 size | double-array trie of the left sides' UTF-8 | right sides, each ending in a zero byte. A trie's
// unit of 32 bits holds a label (its low byte), whether a rule ends below it (bit 8), and the offset of its children.
import { UserError } from '../util/errors.ts';

/** A rule that applies: how much of the text it takes, in UTF-16 units, and what stands there instead. */
export interface Rewrite {
  length: number;
  text: string;
}

const LABEL = 0x800000ff;
const HAS_LEAF = 1 << 8;
const WIDE_OFFSET = 1 << 9;

export class Charsmap {
  readonly #units: Uint32Array;
  readonly #replacements: Uint8Array;

  /** A UserError where `bytes`, of the file called `name`, cannot be such a map. */
  constructor(bytes: Uint8Array, name: string) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length > 4 ? view.getUint32(0, true) : 0;
    if (size === 0 || size % 4 !== 0 || 4 + size >= bytes.length) {
      throw new UserError(`${name}: not a usable SentencePiece model: its character map is damaged`);
    }
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#replacements = bytes.subarray(4 + size);
  }

  /** The rule for the longest stretch of `text` from `at` on; null where there is none. */
  find(text: string, at: number): Rewrite | null {
    const units = this.#units;
    let node = offset(units[0]!);
    let found: { length: number; value: number } | null = null;
    for (let end = at; end < text.length; ) {
      const code = text.codePointAt(end)!;
      end += code > 0xffff ? 2 : 1;
      for (const byte of utf8(code)) {
        node = (node ^ byte) >>> 0;
        const unit = units[node];
        if (unit === undefined || (unit & LABEL) >>> 0 !== byte) {
          return found && { length: found.length, text: this.#replacement(found.value) };
        }
        node = (node ^ offset(unit)) >>> 0;
        if (unit & HAS_LEAF) found = { length: end - at, value: (units[node] ?? 0) & 0x7fffffff };
      }
    }
    return found && { length: found.length, text: this.#replacement(found.value) };
  }

  #replacement(start: number): string {
    const end = this.#replacements.indexOf(0, start);
    return Buffer.from(this.#replacements.subarray(start, end < 0 ? undefined : end)).toString();
  }
}

function offset(unit: number): number {
  return ((unit >>> 10) << (unit & WIDE_OFFSET ? 8 : 0)) >>> 0;
}

function utf8(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
}
