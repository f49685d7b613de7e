// Encodes marked text with a SentencePiece unigram model (Kudo 2018): the segmentation of the largest product of its
// pieces' probabilities, by Viterbi's algorithm. As in SentencePiece, path scores are kept in single precision and a
// later piece must be better, not equal: this decides between segmentations of one score.
import type { PieceTable, Token } from './piece-table.ts';
import { PIECE_TYPE } from './sentencepiece-model.ts';

/** How much worse than the worst piece an unknown character is. */
const UNKNOWN_PENALTY = 10;
/** SentencePiece's bound of the best score from below: the smallest normal number of single precision. */
const LEAST_MAXIMUM = 2 ** -126;
/** Taken off a kept symbol's score. */
const KEPT_PENALTY = 0.1;

interface Node {
  /** Of the piece that ends here; -1 where none does. */
  id: number;
  next: Map<number, Node>;
}

export class UnigramEncoder {
  readonly #table: PieceTable;
  readonly #root: Node = { id: -1, next: new Map() };
  /** Of each piece, natural logarithms; NaN for those that are not used. */
  readonly #scores: Float64Array;
  readonly #unknownScore: number;

  constructor(table: PieceTable) {
    this.#table = table;
    const normal = table.pieces.filter(({ type }) => type === PIECE_TYPE.normal).map(({ score }) => score);
    const worst = normal.reduce((a, b) => Math.min(a, b), Number.MAX_VALUE);
    const best = normal.reduce((a, b) => Math.max(a, b), LEAST_MAXIMUM);
    this.#unknownScore = Math.fround(worst - UNKNOWN_PENALTY);
    this.#scores = Float64Array.from(table.pieces, ({ piece, score, type }) => {
      if (type === PIECE_TYPE.unused) return Number.NaN;
      if (type !== PIECE_TYPE.userDefined) return score;
      return Math.fround(Math.fround(Buffer.byteLength(piece) * best) - KEPT_PENALTY);
    });
    for (const [piece, id] of table.ids) this.#insert(piece, id);
  }

  encode(text: string): Token[] {
    return this.#table.toTokens(this.#segment(text));
  }

  #insert(piece: string, id: number): void {
    let node = this.#root;
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      let next = node.next.get(unit);
      if (next === undefined) {
        next = { id: -1, next: new Map() };
        node.next.set(unit, next);
      }
      node = next;
    }
    node.id = id;
  }

  #segment(text: string): string[] {
    const size = text.length;
    /** Of the best path up to each position, and where its last piece begins; -1 where no path has come yet. */
    const scores = new Float32Array(size + 1);
    const starts = new Int32Array(size + 1).fill(-1);
    const offer = (from: number, to: number, score: number) => {
      const whole = Math.fround(score + scores[from]!);
      if (starts[to] !== -1 && !(whole > scores[to]!)) return;
      scores[to] = whole;
      starts[to] = from;
    };
    for (let from = 0; from < size; ) {
      const next = from + (text.codePointAt(from)! > 0xffff ? 2 : 1);
      let coversOne = false;
      let node = this.#root.next.get(text.charCodeAt(from));
      for (let to = from + 1; node !== undefined; node = node.next.get(text.charCodeAt(to++))) {
        const score = node.id < 0 ? Number.NaN : this.#scores[node.id]!;
        if (Number.isNaN(score)) continue;
        offer(from, to, score);
        if (to === next) coversOne = true;
      }
      if (!coversOne) offer(from, next, this.#unknownScore);
      from = next;
    }
    const stretches: string[] = [];
    for (let to = size; to > 0; to = starts[to]!) stretches.push(text.slice(starts[to]!, to));
    return stretches.reverse();
  }
}
