// A tokenizer.json as Hugging Face's classes write it for vocabularies that come without one.
import type { BertRules } from './bert-characters.ts';

/** Pieces that stand for no text, in the order of their ids in a vocabulary that is trained here. */
export const BERT_SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

export interface WordPieceForm {
  lowercase: boolean;
  /** Follows the lower-casing where it is undefined. */
  stripAccents?: boolean | undefined;
  handleChineseChars: boolean;
  rules: BertRules;
}

/** Most characters of a word: Google's WordpieceTokenizer and Hugging Face's differ. */
export const MAX_WORD_LENGTH = { huggingface: 100, google: 200 };

/** BertTokenizer's, over pieces whose ids are their places. */
export function buildWordPieceJson(pieces: readonly string[], form: WordPieceForm): object {
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const { lowercase, stripAccents, handleChineseChars, rules } = form;
  const [cls, sep] = ['[CLS]', '[SEP]'];
  const isFramed = cls in vocab && sep in vocab;
  const special = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  const named = (piece: string) => ({ id: piece, ids: [vocab[piece]], tokens: [piece] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(vocab, BERT_SPECIAL),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: handleChineseChars,
      strip_accents: stripAccents ?? null,
      lowercase,
      ...(rules !== 'huggingface' && { rules }),
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: isFramed
      ? {
          type: 'TemplateProcessing',
          single: [special(cls, 0), text('A', 0), special(sep, 0)],
          pair: [special(cls, 0), text('A', 0), special(sep, 0), text('B', 1), special(sep, 1)],
          special_tokens: { [cls]: named(cls), [sep]: named(sep) },
        }
      : null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: MAX_WORD_LENGTH[rules],
      vocab,
    },
  };
}

const ROBERTA_SPECIAL = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];
const GPT2_SPECIAL = ['<|endoftext|>'];

/** RobertaTokenizer's where the vocabulary has its special pieces, else GPT2Tokenizer's. */
export function buildByteLevelJson(
  vocab: unknown,
  merges: readonly string[],
  { addPrefixSpace }: { addPrefixSpace: boolean },
): object {
  const ids = (vocab ?? {}) as Record<string, number>;
  const isRoberta = '<s>' in ids && '</s>' in ids;
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: addPrefixSpace,
    trim_offsets: true,
    use_regex: true,
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(ids, isRoberta ? ROBERTA_SPECIAL : GPT2_SPECIAL),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: isRoberta
      ? {
          type: 'RobertaProcessing',
          sep: ['</s>', ids['</s>']],
          cls: ['<s>', ids['<s>']],
          trim_offsets: true,
          add_prefix_space: addPrefixSpace,
        }
      : { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
}

/** The special pieces that the vocabulary has, by their ids. RoBERTa's mask takes the space before it. */
function addedTokens(vocab: Readonly<Record<string, number>>, pieces: readonly string[]): object[] {
  const there = pieces.filter((piece) => Object.hasOwn(vocab, piece));
  return there
    .sort((a, b) => vocab[a]! - vocab[b]!)
    .map((content) => ({
      id: vocab[content]!,
      content,
      single_word: false,
      lstrip: content === '<mask>',
      rstrip: false,
      normalized: false,
      special: true,
    }));
}
