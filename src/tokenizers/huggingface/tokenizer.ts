// A tokenizer in Hugging Face's format in use: WordPiece as BERT's, or byte-level BPE as RoBERTa's and GPT-2's. It
// frames no text, shortens none and pads none, whatever its file says for other programs.
import { UserError } from '../../util/errors.ts';
import type { Frame } from '../frame.ts';
import { normalizeText } from '../normalize.ts';
import type { Encoding, SpecialName, Tokenizer, TokenizerAbout } from '../tokenizer.ts';
import { AddedPieces } from './added-pieces.ts';
import { trimSpaces } from './byte-level.ts';
import type { Cutter, TakeCut } from './cut.ts';
import { buildParts, isGoogles } from './parts.ts';
import { type PostProcessing, readPostProcessors } from './post-processor.ts';
import type { TokenizerFile } from './tokenizer-json.ts';

/** The spellings of special pieces, the first that there is. What frames texts also begins and ends written ones. */
const NAMES: Readonly<Record<SpecialName, readonly string[]>> = {
  pad: ['[PAD]', '<pad>'],
  unk: ['[UNK]', '<unk>'],
  bos: ['<s>', '[CLS]', '<|endoftext|>'],
  eos: ['</s>', '[SEP]', '<|endoftext|>'],
  cls: ['[CLS]', '<s>'],
  sep: ['[SEP]', '</s>'],
  mask: ['[MASK]', '<mask>'],
};

export class HuggingFaceTokenizer implements Tokenizer {
  readonly about: TokenizerAbout;
  readonly size: number;
  readonly special: Readonly<Partial<Record<SpecialName, number>>>;
  readonly frame: Frame | undefined;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #pieces: ReadonlyMap<number, string>;
  /** Ids that stand for no text. */
  readonly #silent: ReadonlySet<number>;
  /** Pieces that are found in text as it comes. */
  readonly #found: AddedPieces;
  readonly #addedIds: ReadonlySet<number>;
  readonly #cutter: Cutter;
  readonly #trimming: PostProcessing['trimming'];
  readonly #decode: (pieces: readonly string[]) => string;

  /** A UserError names the file where its parts do not go together. */
  constructor(file: TokenizerFile, name: string) {
    const { about, added, cutter, decode } = buildParts(file, name);
    this.about = about;
    this.#cutter = cutter;
    this.#decode = decode;
    this.#ids = new Map([...file.model.vocab, ...added.map(({ content, id }) => [content, id] as const)]);
    const pieces = new Map([...this.#ids].map(([piece, id]) => [id, piece]));
    if (pieces.size < this.#ids.size) throw new UserError(`${name}: two of its pieces have the same id`);
    if (pieces.size === 0) throw new UserError(`${name}: has no pieces`);
    // What is found in normalized text is written so too.
    for (const one of added) if (one.normalized) pieces.set(one.id, cutter.normalize(one.content));
    this.#pieces = pieces;
    this.size = [...pieces.keys()].reduce((most, id) => Math.max(most, id), 0) + 1;
    this.special = this.#findSpecial(file);
    this.#addedIds = new Set(added.map(({ id }) => id));
    this.#silent = new Set(added.filter(({ special }) => special).map(({ id }) => id));
    this.#found = new AddedPieces(isGoogles(file) ? [] : added.filter(({ normalized }) => !normalized));
    const { frame, trimming } = readPostProcessors(file.post_processor, name);
    this.frame = frame;
    this.#trimming = trimming;
    const stray = Object.values(frame ?? {})
      .flat()
      .find((id) => !pieces.has(id));
    if (stray !== undefined)
      throw new UserError(`${name}: its post_processor names the id ${stray}, which no piece has`);
  }

  encode(line: string): number[] {
    const ids: number[] = [];
    this.#cut(line, (cut) => {
      for (const id of cut.ids) ids.push(id);
    });
    return ids;
  }

  encodeWithOffsets(line: string): Encoding {
    const encoding: Encoding = { ids: [], starts: [], ends: [], words: [] };
    let numWords = 0;
    this.#cut(line, (cut, at) => {
      for (const [i, id] of cut.ids.entries()) {
        const [start, end] = this.#trim(
          line,
          id,
          at + cut.starts[i]!,
          at + cut.ends[i]!,
          encoding.ids.length === 0,
        );
        encoding.ids.push(id);
        encoding.starts.push(start);
        encoding.ends.push(end);
        encoding.words.push(numWords + cut.words[i]!);
      }
      numWords += cut.numWords;
    });
    return encoding;
  }

  decode(ids: readonly number[]): string {
    const pieces = ids.map((id) => {
      const piece = this.idToPiece(id);
      if (piece === undefined) throw new RangeError(`the id ${id} is that of no piece`);
      return piece;
    });
    return this.#decode(pieces.filter((_, i) => !this.#silent.has(ids[i]!)));
  }

  normalize(line: string): string {
    return this.#cutter.normalize(normalizeText(line, 'identity'));
  }

  pieceToId(piece: string): number | undefined {
    return this.#ids.get(piece);
  }

  idToPiece(id: number): string | undefined {
    return this.#pieces.get(id);
  }

  #cut(line: string, take: TakeCut): void {
    // Half surrogate pairs become one character each, so that places stay.
    const text = normalizeText(line, 'identity');
    for (const { from, to, id } of this.#found.split(text)) {
      if (id === undefined) this.#cutter.cut(text.slice(from, to), (cut, at) => take(cut, from + at));
      else take({ ids: [id], starts: [0], ends: [to - from], words: [0], numWords: 1 }, from);
    }
  }

  #trim(line: string, id: number, start: number, end: number, isFirst: boolean): [number, number] {
    if (this.#trimming === undefined) return [start, end];
    const piece = this.#addedIds.has(id) ? line.slice(start, end) : this.#pieces.get(id)!;
    return trimSpaces(piece, start, end, this.#trimming.addPrefixSpace && (isFirst || start === 0));
  }

  #findSpecial({ model, padding }: TokenizerFile): Partial<Record<SpecialName, number>> {
    const own: Partial<Record<SpecialName, string | null | undefined>> = {
      unk: model.unk_token,
      pad: padding?.pad_token,
    };
    const entries = Object.entries(NAMES).flatMap(([name, spellings]) => {
      const all = [own[name as SpecialName] ?? '', ...spellings];
      const id = all.map((piece) => this.#ids.get(piece)).find((id) => id !== undefined);
      return id === undefined ? [] : [[name, id] as const];
    });
    return Object.fromEntries(entries);
  }
}
