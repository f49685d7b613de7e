// The ids of parsing: words as their pieces, trees as tokens, and the grammar that a search keeps to.
import type { Constraint } from '../decode/constraint.ts';
import { buildGrammarConstraint, SLOT } from '../decode/grammar-constraint.ts';
import type { Sampling } from '../tokenizers/bpe-encoder.ts';
import { SPACE_MARK } from '../tokenizers/normalize.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Linearization } from '../trees/linearize-contract.ts';
import { END } from '../trees/linearize-grammar.ts';
import { UserError } from '../util/errors.ts';
import type { Codec, PairTokenizers } from './pairs/pair-text.ts';

/** Stands, in targets that are aligned with their source, for every piece of a word but the first. */
export const CONTINUED = '·';

/** Stands before each of the words' tags, which a target line has behind the tree's tokens where they are learned too. */
const TAG = '§';

/** A target line, with the tags that the encoder is to tell. */
export const withTags = (tokens: readonly string[], tags: readonly string[]): string[] => [
  ...tokens,
  ...tags.map((tag) => TAG + tag),
];

/** The tree's tokens of a target line, and the tags behind them. */
function splitTarget(line: string): Record<'tokens' | 'tags', string[]> {
  const all = splitTokens(line);
  return { tokens: all.filter((token) => !isTag(token)), tags: all.filter(isTag) };
}

const isTag = (token: string): boolean => token.startsWith(TAG);

/** The tokens of a line. */
export const splitTokens = (line: string): string[] => line.split(' ').filter((token) => token !== '');

/** The words of a line, each of which is one word to SentencePiece too: not empty and without spaces once normalized. */
function sourceWords(line: string, source: Tokenizer): string[] {
  return splitTokens(line).map((word) => source.normalize(word).replace(/[\s\u2581]+/gu, '') || '\ufffd');
}

/** The pieces of each word of a source line. */
const encodeWords = (line: string, source: Tokenizer, sampling?: Sampling): number[][] =>
  sourceWords(line, source).map((word) => source.encode(word, sampling));

/** Both sides cut by their own tokenizers. With `isTagged`, target lines have tags behind their tokens. */
export function plainCodec(source: Tokenizer, target: Tokenizer, isTagged = false): Codec {
  const textOf = (line: string) => sourceWords(line, source).join(' ');
  const encodeSource = (line: string) => source.encode(textOf(line));
  if (!isTagged) {
    return {
      encodeSource,
      encodePair: (src, tgt, sampling) => ({
        src: source.encode(textOf(src), sampling?.src),
        tgt: target.encode(tgt),
      }),
      decode: (ids) => target.decode(ids),
    };
  }
  const tagsOf = sourceTags(target);
  return {
    isTagged,
    encodeSource,
    encodePair: (src, tgt, sampling) => {
      const words = encodeWords(src, source, sampling?.src);
      const { tokens, tags } = splitTarget(tgt);
      return { src: words.flat(), tgt: target.encode(tokens.join(' ')), tags: tagsOf(words, tags) };
    },
    decode: (ids) => splitTarget(target.decode(ids)).tokens.join(' '),
  };
}

/** Of each word's pieces the first has the word's tag, as an id of the target's tokenizer; the others, and tags that it lacks, none. */
function sourceTags(target: Tokenizer): (words: readonly number[][], tags: readonly string[]) => number[] {
  requireWords(target);
  const none = target.special.pad!;
  return (words, tags) =>
    words.flatMap((pieces, w) => {
      const own = tags[w] === undefined ? undefined : target.pieceToId(SPACE_MARK + tags[w]);
      return pieces.map((_, i) => (i === 0 ? (own ?? none) : none));
    });
}

/** The target has the word's token at its first piece and CONTINUED at the others. `isTagged` as for plainCodec. */
export function alignedCodec(source: Tokenizer, target: Tokenizer, isTagged = false): Codec {
  requireWords(target);
  const idOf = (token: string) => target.pieceToId(SPACE_MARK + token);
  const continued = idOf(CONTINUED);
  if (continued === undefined) {
    throw new UserError(
      `the target's tokenizer has no piece for ${CONTINUED}; make tokenizers.tgt.size larger`,
    );
  }
  const tagsOf = sourceTags(target);
  const encodePair: Codec['encodePair'] = (src, tgt, sampling) => {
    const words = encodeWords(src, source, sampling?.src);
    const { tokens: written, tags } = splitTarget(tgt);
    const tokens = written.map((token) => idOf(token) ?? target.special.unk!);
    return {
      src: words.flat(),
      tgt: words.flatMap((pieces, w) => pieces.map((_, i) => (i === 0 ? tokens[w]! : continued))),
      ...(isTagged && { tags: tagsOf(words, tags) }),
    };
  };
  return {
    isTagged,
    encodeSource: (line) => encodeWords(line, source).flat(),
    encodePair,
    decode: (ids) => splitTarget(target.decode(ids.filter((id) => id !== continued))).tokens.join(' '),
  };
}

/** A UserError unless every piece is a whole token of a tree. */
function requireWords(target: Tokenizer): void {
  const special = new Set(specialOf(target));
  for (let id = 0; id < target.size; id++) {
    const piece = target.idToPiece(id)!;
    if (special.has(id) || piece.startsWith(SPACE_MARK)) continue;
    throw new UserError(
      `tokenizers.tgt: the piece ${JSON.stringify(piece)} is no whole token of a tree; give a model of words`,
    );
  }
}

const specialOf = ({ special }: Tokenizer): number[] => Object.values(special);

/** Outputs of the linearization's grammar with as many words as the source has, `aligned` with its pieces or not. */
export function buildConstraint(
  { src: source, tgt: target, ids }: PairTokenizers,
  linearization: Linearization,
  aligned: boolean,
): Constraint {
  requireWords(target);
  const tokens = Array.from({ length: target.size }, (_, id) =>
    target.idToPiece(id)!.replace(SPACE_MARK, ''),
  );
  const known = new Set(tokens);
  const startsWord = Array.from({ length: source.size }, (_, id) =>
    source.idToPiece(id)!.startsWith(SPACE_MARK),
  );
  // In a vocabulary of whole words the unknown piece is a word as well.
  const ofSource = specialOf(source);
  startsWord[source.special.unk!] = startsWord.every((starts, id) => starts || ofSource.includes(id));
  const ofTarget = specialOf(target);
  return buildGrammarConstraint({
    grammar: linearization.grammar,
    classes: tokens.map((token, id) => {
      if (id === ids.eosId) return END;
      if (isTag(token)) return undefined;
      return ofTarget.includes(id) ? undefined : linearization.classOf(token, known);
    }),
    slots: startsWord.map((starts, id) => {
      if (id === ids.padId || id === ids.eosId) return SLOT.end;
      return starts ? SLOT.word : SLOT.piece;
    }),
    filler: aligned ? target.pieceToId(SPACE_MARK + CONTINUED) : undefined,
  });
}
