// Hugging Face's tokenizer.json: what it may ask for, and what there is here. What a file asks for that is not there is
// refused, so that no text is cut otherwise than its maker meant.
import { z } from 'zod';
import { UserError } from '../../util/errors.ts';
import { quote, shorten } from '../../util/quote.ts';
import { bertRules } from './bert-characters.ts';

const id = z.int().min(0).max(0x7fffffff);
/** Ids by piece, each of one piece. */
const vocabularySchema = z
  .custom<Readonly<Record<string, number>>>((value) => typeof value === 'object' && value !== null, {
    error: 'is no table of ids',
  })
  .transform((value, context) => {
    const pieces = new Map<string, number>();
    const known = new Map<number, string>();
    for (const [piece, number] of Object.entries(value)) {
      const other = known.get(number);
      if (!id.safeParse(number).success || other !== undefined) {
        const message =
          other === undefined ? 'is no whole number from 0' : `is the id of ${quote(other)} too`;
        context.addIssue({ code: 'custom', path: [piece], message, input: number });
        return z.NEVER;
      }
      pieces.set(piece, number);
      known.set(number, piece);
    }
    return pieces as ReadonlyMap<string, number>;
  });
const absent = z.null().optional();
const empty = z.union([z.literal(''), z.null()]).optional();

const bertNormalizerSchema = z.looseObject({
  type: z.literal('BertNormalizer'),
  clean_text: z.boolean().default(true),
  handle_chinese_chars: z.boolean().default(true),
  /** Follows the lower-casing where it says nothing. */
  strip_accents: z.boolean().nullable().default(null),
  lowercase: z.boolean().default(true),
  /** Of our own: whose rules; Hugging Face's code passes over it. */
  rules: z.enum(bertRules).default('huggingface'),
});

const wordPieceSchema = z.looseObject({
  type: z.literal('WordPiece'),
  unk_token: z.string().default('[UNK]'),
  continuing_subword_prefix: z.string().min(1).default('##'),
  max_input_chars_per_word: z.int().min(0).default(100),
  vocab: vocabularySchema,
});

const bpeSchema = z.looseObject({
  type: z.literal('BPE'),
  dropout: z.union([z.literal(0), z.null()]).optional(),
  unk_token: z.string().nullable().optional(),
  continuing_subword_prefix: empty,
  end_of_word_suffix: empty,
  fuse_unk: z.literal(false).optional(),
  byte_fallback: z.literal(false).optional(),
  ignore_merges: z.literal(false).optional(),
  vocab: vocabularySchema,
  merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
});

const byteLevel = {
  type: z.literal('ByteLevel'),
  add_prefix_space: z.boolean().default(true),
  trim_offsets: z.boolean().default(true),
  use_regex: z.literal(true).default(true),
};

const piece = z.tuple([z.string(), id]);
const pair = { sep: piece, cls: piece };
const templateItem = z.union([
  z.strictObject({ SpecialToken: z.looseObject({ id: z.string() }) }),
  z.strictObject({ Sequence: z.looseObject({ id: z.enum(['A', 'B']) }) }),
]);
const processorSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('BertProcessing'), ...pair }),
  z.looseObject({
    type: z.literal('RobertaProcessing'),
    ...pair,
    trim_offsets: z.boolean().default(true),
    add_prefix_space: z.boolean().default(true),
  }),
  z.looseObject({
    type: z.literal('TemplateProcessing'),
    single: z.array(templateItem),
    pair: z.array(templateItem),
    special_tokens: z.record(z.string(), z.looseObject({ ids: z.array(id) })),
  }),
  z.looseObject(byteLevel),
]);
export type Processor = z.output<typeof processorSchema>;

const addedSchema = z.looseObject({
  id,
  content: z.string(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().default(true),
  special: z.boolean().default(false),
});

const common = {
  /** What is baked in for other programs; noted, and not done. */
  truncation: z.looseObject({ max_length: z.number().optional() }).nullable().optional(),
  padding: z.looseObject({ strategy: z.unknown(), pad_token: z.string().optional() }).nullable().optional(),
  added_tokens: z.array(addedSchema).default([]),
  post_processor: z
    .union([
      processorSchema.transform((one) => [one]),
      z
        .looseObject({ type: z.literal('Sequence'), processors: z.array(processorSchema) })
        .transform(({ processors }) => processors),
      z.null().transform((): Processor[] => []),
    ])
    .prefault(null),
};

const wordPieceFile = z.looseObject({
  ...common,
  normalizer: bertNormalizerSchema,
  pre_tokenizer: z.looseObject({ type: z.literal('BertPreTokenizer') }),
  decoder: z
    .looseObject({
      type: z.literal('WordPiece'),
      prefix: z.string().default('##'),
      cleanup: z.boolean().default(true),
    })
    .nullable()
    .default(null),
  model: wordPieceSchema,
});
const byteLevelFile = z.looseObject({
  ...common,
  normalizer: absent,
  pre_tokenizer: z.looseObject(byteLevel),
  decoder: z
    .looseObject({ type: z.literal('ByteLevel') })
    .nullable()
    .default(null),
  model: bpeSchema,
});

export type WordPieceFile = z.output<typeof wordPieceFile>;
export type ByteLevelFile = z.output<typeof byteLevelFile>;
export type TokenizerFile = WordPieceFile | ByteLevelFile;

/** What stands in a file, before it is checked. */
export type RawTokenizerFile = z.input<typeof wordPieceFile> | z.input<typeof byteLevelFile>;

/** The content of the tokenizer.json called `name`; a UserError where it asks for what is not there. */
export function checkTokenizerFile(content: unknown, name: string): TokenizerFile {
  const kind = kindOf(content);
  if (kind === undefined)
    throw new UserError(`${name}: is no tokenizer.json of Hugging Face's: it has no model`);
  if (kind !== 'WordPiece' && kind !== 'BPE') {
    throw new UserError(`${name}: its model is of the type ${kind}; tx knows WordPiece and byte-level BPE`);
  }
  const isWordPiece = kind === 'WordPiece';
  const parsed = (isWordPiece ? wordPieceFile : byteLevelFile).safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = innermost(parsed.error.issues[0]!);
  const place = issue.path.map((key) => quote(String(key)).slice(1, -1)).join('.');
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], content);
  if (value === undefined) throw new UserError(`${name}: ${place} is missing`);
  const told = `${name}: ${place} is ${shorten(JSON.stringify(value), MAX_SHOWN)}`;
  if (issue.code === 'custom') throw new UserError(`${told}, which ${issue.message}`);
  const choices = issue.code === 'invalid_value' ? issue.values.map((one) => JSON.stringify(one)) : [];
  throw new UserError(
    choices.length === 0
      ? `${told}, which tx does not know in a ${isWordPiece ? 'WordPiece' : 'byte-level BPE'} tokenizer`
      : `${told}; tx knows ${choices.join(', ')} there`,
  );
}

const MAX_SHOWN = 60;

type Issue = z.core.$ZodIssue;

/** Of several forms that something may have, what is wrong with the one that it comes nearest to. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const deepest = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
  return deepest === undefined ? issue : innermost({ ...deepest, path: [...issue.path, ...deepest.path] });
}

/** The type of a file's model, which older files do not say; undefined where there is no model. */
function kindOf(content: unknown): string | undefined {
  const { model } = (content ?? {}) as { model?: unknown };
  if (typeof model !== 'object' || model === null) return undefined;
  if ('type' in model) return quote(String(model.type)).slice(1, -1);
  return 'merges' in model ? 'BPE' : 'vocab' in model ? 'WordPiece' : undefined;
}
