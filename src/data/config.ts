// The `data:` section of a training config: its keys, defaults and meaning. File names are resolved and expanded by
// whoever reads the file (see expand-path.ts).
import { z } from 'zod';
import { filterSchema } from './length-filter.ts';

/** The corpora that come with the tool. */
export const builtinCorpora = ['typescript-messages'] as const;

const paths = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** A column's name in the table's first line, or its number from 0 where there is no such line. */
const column = z.union([z.string().min(1), z.int().min(0)]);

/** Where a split comes from: files, a table's columns, or a corpus of the tool's own (its part of the same name as the split), or
 * treebanks. */
export const splitSchema = z
  .strictObject({
    /** One file, or several that are read one after another; .gz is unpacked. */
    src: paths.optional(),
    tgt: paths.optional(),
    /** One file, or several that are read one after another: .csv, .tsv or .txt, each with .gz or without. */
    table: paths.optional(),
    srcColumn: column.optional(),
    tgtColumn: column.optional(),
    builtin: z.enum(builtinCorpora).optional(),
    /** One treebank of bracketed trees, or several that are read one after another. */
    trees: paths.optional(),
  })
  .refine(
    ({ src, tgt, table, srcColumn, tgtColumn, builtin, trees }) => {
      const given = [src ?? tgt, table ?? srcColumn ?? tgtColumn, builtin, trees].filter(
        (x) => x !== undefined,
      );
      const files = src && tgt && src.length === tgt.length;
      const columns = table && srcColumn !== undefined && tgtColumn !== undefined;
      return given.length === 1 && (files || columns || builtin || trees);
    },
    {
      error:
        'give src and tgt with equally many files, or table with srcColumn and tgtColumn, or builtin alone, or trees alone',
    },
  )
  .refine(
    ({ srcColumn, tgtColumn }) =>
      srcColumn === undefined || tgtColumn === undefined || typeof srcColumn === typeof tgtColumn,
    { path: ['tgtColumn'], error: 'give srcColumn and tgtColumn both as names or both as numbers' },
  );

export const dataSchema = z
  .strictObject({
    srcLang: z.string().min(1),
    tgtLang: z.string().min(1),
    train: splitSchema,
    valid: splitSchema,
    test: splitSchema.optional(),
    /** For the training split alone. */
    filter: filterSchema.prefault({}),
    /** The most positions of either side in a batch, padding included: rows × the longest sentence with its eos. */
    batchTokens: z.int().positive().optional(),
    /** The sentence pairs in a batch. */
    batchSentences: z.int().positive().optional(),
    /** Sentence lengths in a batch are rounded up to a multiple of this. */
    padToMultiple: z.int().positive().default(1),
  })
  .refine(
    ({ batchTokens, batchSentences }) => (batchTokens === undefined) !== (batchSentences === undefined),
    { error: 'give exactly one of batchTokens and batchSentences' },
  );
export type DataConfig = z.output<typeof dataSchema>;
