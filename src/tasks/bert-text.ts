// The text that BERT is pre-trained on: documents in sentences of ids, and what of it a person should know.
import { z } from 'zod';
import type { Batch } from '../data/batch.ts';
import { IS_RANDOM, type PretrainingVocabulary } from '../data/pretraining.ts';
import { Sentences } from '../data/sentences.ts';
import { MemorySequencesBuilder } from '../data/sequences.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { continuesWord } from '../tokenizers/continues-word.ts';
import { frameOf } from '../tokenizers/frame.ts';
import { splitSentences } from '../tokenizers/moses-sentences.ts';
import type { SpecialName, Tokenizer } from '../tokenizers/tokenizer.ts';
import { UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import type { RowForm } from './running-text.ts';

/** What a sentence is: what a rule finds in lines, or each line. */
export const sentencesSchema = z.enum(['split', 'lines']);

export interface SentenceConfig {
  lang?: string | undefined;
  sentences: z.output<typeof sentencesSchema>;
}

/** A document's sentences, each without line ends, and a row without ids behind them; none of one without ids. */
export const sentenceRows = ({ lang = 'en', sentences }: SentenceConfig): RowForm => ({
  is: ['sentences', sentences, sentences === 'split' ? lang : null],
  *rows(document, tokenizer) {
    let isEmpty = true;
    for (const line of document.split('\n')) {
      for (const sentence of sentences === 'split' ? splitSentences(line, lang) : [line]) {
        const ids = tokenizer.encode(sentence);
        if (ids.length === 0) continue;
        isEmpty = false;
        yield ids;
      }
    }
    if (!isEmpty) yield [];
  },
});

/** The sentences of documents that are held. */
export function encodeSentences(
  documents: readonly string[],
  { rows }: RowForm,
  tokenizer: Tokenizer,
): Sentences {
  const builder = new MemorySequencesBuilder();
  for (const document of documents) for (const row of rows(document, tokenizer)) builder.add(row);
  return new Sentences(builder.finish());
}

/**
 * What keeps a model from learning which text follows another: a UserError where no document has two sentences, and a
 * warning where few of them have, or where there is only one document.
 */
export function checkSentences(name: SplitName, sentences: Sentences, warn: (message: string) => void): void {
  const { length, alone } = sentences;
  const remedy =
    `where blank lines stand between sentences set data.${name}.end to file, ` +
    'where each line is a document and a sentence objective.nextSentence to false';
  if (alone === length) {
    throw new UserError(`data.${name}: no document has two sentences, so none follows another; ${remedy}`);
  }
  if (alone > length / 2) {
    const counts = `${formatCount(alone)} of ${formatCount(length)} documents have one sentence, which none follows`;
    warn(`data.${name}: ${counts}; ${remedy}`);
  }
  if (length === 1) {
    warn(`data.${name}: there is one document, so texts that do not follow come from other places of it`);
  }
}

/** How many examples held-out batches have and, of pairs, in how many no text follows: what it is worth to say so of all. */
export function describeExamples(batches: readonly Batch[]): string {
  const labels = batches.flatMap(({ inputs }) => [...((inputs.labels?.data ?? []) as Int32Array)]);
  const examples = formatCount(batches.reduce((sum, { weights }) => sum + weights.pairs!, 0));
  if (labels.length === 0) return `${examples} texts`;
  const random = labels.filter((label) => label === IS_RANDOM).length;
  return `${examples} pairs, in ${((100 * random) / labels.length).toFixed(1)}% of which no text follows the other`;
}

/** What pre-training knows of a tokenizer; a UserError where it has no piece that hides others, or none to pad with. */
export function pretrainingVocabulary(tokenizer: Tokenizer): PretrainingVocabulary {
  const special = (name: SpecialName): number => {
    const id = tokenizer.special[name];
    if (id !== undefined) return id;
    throw new UserError(`the tokenizer has no ${name} piece, which pre-training needs; wordpiece has one`);
  };
  return {
    size: tokenizer.size,
    maskId: special('mask'),
    padId: special('pad'),
    frame: frameOf(tokenizer),
    continuesWord: continuesWord(tokenizer),
  };
}
