// From texts, or words, to what a model reads: ids in a frame.

import type { Inputs } from '../../data/labelled.ts';
import { MAX_CHARACTERS } from '../../data/length-filter.ts';
import { MemorySequencesBuilder, Sequences } from '../../data/sequences.ts';
import { frameOf, frameTexts } from '../../tokenizers/frame.ts';
import { encodeWords, type Tokenizer } from '../../tokenizers/tokenizer.ts';
import { UserError } from '../../util/errors.ts';
import type { Row, RowForm } from './splits.ts';

/** A row as ids. */
interface EncodedRow {
  ids: ArrayLike<number>;
  /** Where its second text begins. */
  second: number;
  /** Of words: the place of the first piece of each, below 0 where the model has no room for it. */
  firsts: readonly number[];
  /** Pieces that it has, beside the frame, and those of them that there was no room for. */
  pieces: number;
  cut: number;
}

export interface EncodedRows extends Inputs {
  /** Of words: the places of each row's. */
  firsts?: Sequences | undefined;
  /** Pieces of each row, without the frame, as many as there was room for. */
  pieces: Int32Array;
}

/** Cuts rows of one form into pieces. */
export class RowReader {
  readonly form: RowForm;
  readonly tokenizer: Tokenizer;
  readonly padId: number;
  readonly #maxLength: number;

  /** A UserError where the tokenizer cannot frame and fill rows, or the model has no room for a frame. */
  constructor(form: RowForm, tokenizer: Tokenizer, maxLength: number) {
    const { pad } = tokenizer.special;
    if (pad === undefined) throw new UserError('the tokenizer has no pad piece; train it with one');
    const { start, between, end } = frameOf(tokenizer);
    const places = start.length + end.length + (form === 'pair' ? between.length + 2 : 1);
    if (maxLength < places)
      throw new UserError(`model.maxLength: ${maxLength} places are too few; at least ${places} are needed`);
    this.form = form;
    this.tokenizer = tokenizer;
    this.padId = pad;
    this.#maxLength = maxLength;
  }

  /** All rows; `onTruncated` hears of those that are too long, each with the pieces that it has. */
  readAll(rows: readonly Row[], onTruncated: (row: number, pieces: number) => void = () => {}): EncodedRows {
    const firsts = new MemorySequencesBuilder();
    const seconds = new Int32Array(rows.length);
    const kept = new Int32Array(rows.length);
    const ids = Sequences.build(rows.length, (i) => {
      const row = this.#read(rows[i]!);
      if (row.cut > 0) onTruncated(i, row.pieces);
      firsts.add(row.firsts);
      seconds[i] = row.second;
      kept[i] = row.pieces - row.cut;
      return row.ids;
    });
    return {
      ids,
      pieces: kept,
      ...(this.form === 'pair' && { seconds }),
      ...(this.form === 'words' && { firsts: firsts.finish() }),
    };
  }

  #read(row: Row): EncodedRow {
    const parts = this.form === 'words' ? this.#encodeWords(row) : row.map((text) => this.#encode(text));
    const texts = this.form === 'words' ? [parts.flat()] : parts;
    const { ids, spans, cut } = frameTexts(
      frameOf(this.tokenizer),
      texts as [number[]] | [number[], number[]],
      this.#maxLength,
    );
    const [{ begin, length }, second] = spans as [(typeof spans)[number], (typeof spans)[number]?];
    const firsts: number[] = [];
    if (this.form === 'words') {
      let at = 0;
      for (const { length: own } of parts) {
        firsts.push(at < length ? begin + at : -1);
        at += own;
      }
    }
    const pieces = texts.reduce((sum, text) => sum + text.length, 0);
    return { ids, second: second?.begin ?? ids.length, firsts, pieces, cut };
  }

  #encode(text: string): number[] {
    return this.tokenizer.encode(text.slice(0, MAX_CHARACTERS));
  }

  /** Pieces of each word, at least one: what has none is unknown. */
  #encodeWords(words: Row): number[][] {
    const { unk = this.padId } = this.tokenizer.special;
    const short = words.map((word) => word.slice(0, MAX_CHARACTERS));
    return encodeWords(this.tokenizer, short).map((pieces) => (pieces.length === 0 ? [unk] : pieces));
  }
}
