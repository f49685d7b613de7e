// The corpora that come with the tool: each has splits of the names of the config's.
import { z } from 'zod';
import { loadTypescriptMessages, type SplitName } from '../typescript-messages.ts';
import type { ColumnStream } from './source.ts';

export const builtinCorpora = ['typescript-messages'] as const;

export const builtinSchema = z.strictObject({ kind: z.literal('builtin'), name: z.enum(builtinCorpora) });

/** The corpus's part of the split's name. A UserError where it lacks one of the languages. */
export async function* readBuiltin(
  srcLang: string,
  tgtLang: string,
  split: SplitName,
): ColumnStream<'src' | 'tgt'> & AsyncGenerator {
  yield loadTypescriptMessages(srcLang, tgtLang)[split];
}
