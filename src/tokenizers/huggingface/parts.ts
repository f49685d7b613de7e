// The parts of a tokenizer, built from what its tokenizer.json says.
import { UserError } from '../../util/errors.ts';
import { quote } from '../../util/quote.ts';
import type { TokenizerAbout } from '../tokenizer.ts';
import { type AddedPiece, AddedPieces } from './added-pieces.ts';
import { alignText } from './aligned-text.ts';
import { BertNormalizer } from './bert-normalizer.ts';
import { ByteLevelCutter, decodeBytePieces } from './byte-level.ts';
import type { Cutter } from './cut.ts';
import type { ByteLevelFile, TokenizerFile, WordPieceFile } from './tokenizer-json.ts';
import { WordPieceCutter } from './wordpiece.ts';
import { decodeWordPieces } from './wordpiece-decoder.ts';

export interface Parts {
  about: TokenizerAbout;
  added: readonly AddedPiece[];
  cutter: Cutter;
  /** The text of pieces. */
  decode(pieces: readonly string[]): string;
}

const isWordPiece = (file: TokenizerFile): file is WordPieceFile => file.model.type === 'WordPiece';

/** Whether Google's rules hold, which know no special pieces in text. */
export const isGoogles = (file: TokenizerFile): boolean =>
  isWordPiece(file) && file.normalizer.rules === 'google';

/** A UserError begins with `name` where the parts do not go together. */
export function buildParts(file: TokenizerFile, name: string): Parts {
  const added = readAdded(file, name);
  const normalized = isGoogles(file) ? [] : added.filter((one) => one.normalized);
  const about = describe(file);
  if (isWordPiece(file)) {
    const cutter = buildWordPiece(file, name, normalized);
    return { about, added, cutter, decode: decodeWordPieces(file.decoder) };
  }
  const join = (pieces: readonly string[]) => pieces.join(' ');
  const decode = file.decoder === null ? join : decodeBytePieces;
  return { about, added, cutter: buildByteLevel(file, name, normalized), decode };
}

function describe(file: TokenizerFile): TokenizerAbout {
  const { truncation, padding } = file;
  const ignored = [
    ...(truncation ? [`truncation to ${truncation.max_length ?? 'a length'} pieces`] : []),
    ...(padding ? ['padding'] : []),
  ];
  if (!isWordPiece(file)) {
    const { add_prefix_space: isPrefixed } = file.pre_tokenizer;
    const normalization = isPrefixed ? 'a space before the first word' : 'none';
    return { kind: 'byte-level BPE', normalization, ignored };
  }
  const { clean_text, handle_chinese_chars, lowercase, strip_accents, rules } = file.normalizer;
  const steps = [
    [clean_text, 'controls dropped'],
    [handle_chinese_chars, 'ideographs apart'],
    [lowercase, 'lower case'],
    [strip_accents ?? lowercase, 'no accents'],
  ] as const;
  const done = steps.filter(([isDone]) => isDone).map(([, step]) => step);
  const whose = rules === 'google' ? " (Google's rules)" : '';
  return { kind: 'WordPiece', normalization: `${done.join(', ') || 'none'}${whose}`, ignored };
}

function buildWordPiece(
  { model, normalizer }: WordPieceFile,
  name: string,
  added: readonly AddedPiece[],
): Cutter {
  const unkId = model.vocab.get(model.unk_token);
  if (unkId === undefined)
    throw new UserError(`${name}: its unknown piece ${quote(model.unk_token)} is not in the vocabulary`);
  const { clean_text: cleanText, handle_chinese_chars: handleChineseChars, lowercase, rules } = normalizer;
  const stripAccents = normalizer.strip_accents ?? lowercase;
  const bert = new BertNormalizer({ cleanText, handleChineseChars, stripAccents, lowercase, rules });
  const normalize = (text: string) => bert.normalize(alignText(text)).chars.join('');
  return new WordPieceCutter({
    vocabulary: model.vocab,
    unkId,
    prefix: model.continuing_subword_prefix,
    maxWordLength: model.max_input_chars_per_word,
    normalizer: bert,
    added: new AddedPieces(added.map((one) => ({ ...one, content: normalize(one.content) }))),
  });
}

function buildByteLevel(
  { model, pre_tokenizer }: ByteLevelFile,
  name: string,
  added: readonly AddedPiece[],
): Cutter {
  const merges = model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' ')));
  for (const [i, pair] of merges.entries()) {
    const parts = pair.split(' ');
    const isKnown = parts.length === 2 && [...parts, parts.join('')].every((piece) => model.vocab.has(piece));
    if (!isKnown)
      throw new UserError(`${name}: merge ${i + 1}, ${quote(pair)}, is not of two pieces that make a third`);
  }
  return new ByteLevelCutter({
    vocabulary: model.vocab,
    merges,
    unkId: model.vocab.get(model.unk_token ?? ''),
    addPrefixSpace: pre_tokenizer.add_prefix_space,
    added: new AddedPieces(added),
  });
}

function readAdded({ added_tokens, model }: TokenizerFile, name: string): AddedPiece[] {
  const known = new Map<number, string>([...model.vocab].map(([piece, id]) => [id, piece]));
  return added_tokens.map(({ id, content, single_word: singleWord, lstrip, rstrip, normalized, special }) => {
    const own = model.vocab.get(content) ?? id;
    const other = known.get(own);
    if (own !== id || (other !== undefined && other !== content)) {
      const fault = own !== id ? `is piece ${own}` : `is that of ${quote(other!)}`;
      throw new UserError(`${name}: added_tokens: ${quote(content)} with the id ${id} ${fault}`);
    }
    return { id, content, singleWord, lstrip, rstrip, normalized, special };
  });
}
