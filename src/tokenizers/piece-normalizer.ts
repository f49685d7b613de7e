// What a SentencePiece model does to a line before it looks for pieces: its own character map rewrites it, symbols
// that are kept whole excepted; spaces are squeezed and marked.
import { Charsmap } from './charsmap.ts';
import { addMarks, markSpaces } from './normalize.ts';
import type { NormalizerSpec } from './sentencepiece-model.ts';

export interface NormalizerOptions {
  /** Finds what the character map leaves alone. */
  kept?: RegExp | null;
  /** Marks spaces after words instead of before them. */
  marksAfter?: boolean;
}

export class PieceNormalizer {
  readonly #spec: NormalizerSpec;
  readonly #charsmap: Charsmap | null;
  readonly #kept: RegExp | null;
  readonly #marksAfter: boolean;

  /** A UserError names `name` where the map is damaged. */
  constructor(spec: NormalizerSpec, name: string, { kept, marksAfter = false }: NormalizerOptions = {}) {
    this.#spec = spec;
    const bytes = spec.precompiledCharsmap;
    this.#charsmap = bytes.length > 0 ? new Charsmap(bytes, name) : null;
    this.#kept = kept ? new RegExp(kept.source, 'uy') : null;
    this.#marksAfter = marksAfter;
  }

  /** The line as pieces are matched on; empty if it held nothing but spaces. */
  normalize(line: string): string {
    if (this.#charsmap === null) return markSpaces(line, this.#spec, this.#marksAfter);
    const parts = this.#rewrite(line);
    const { removeExtraWhitespaces } = this.#spec;
    const isBlank = parts.every((part) => removeExtraWhitespaces && part === ' ');
    if (isBlank) return '';
    const text = removeExtraWhitespaces ? squeeze(parts) : parts.join('');
    return addMarks(text, this.#spec, this.#marksAfter);
  }

  /** The line after the character map alone. */
  rewrite(line: string): string {
    return this.#charsmap === null ? line : this.#rewrite(line).join('');
  }

  /** What the rules make of the line, stretch by stretch. */
  #rewrite(line: string): string[] {
    const parts: string[] = [];
    for (let at = 0; at < line.length; ) {
      const kept = this.#keptAt(line, at);
      if (kept !== null) {
        parts.push(kept);
        at += kept.length;
        continue;
      }
      const rule = this.#charsmap!.find(line, at);
      const length = rule?.length ?? (line.codePointAt(at)! > 0xffff ? 2 : 1);
      parts.push(rule?.text ?? line.slice(at, at + length));
      at += length;
    }
    return parts;
  }

  #keptAt(line: string, at: number): string | null {
    if (this.#kept === null) return null;
    this.#kept.lastIndex = at;
    return this.#kept.exec(line)?.[0] ?? null;
  }
}

/** Stretches without the spaces at their beginning where another stands before them, or nothing does. */
function squeeze(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) {
    text += text === '' || text.endsWith(' ') ? part.replace(/^ +/, '') : part;
  }
  return text;
}
