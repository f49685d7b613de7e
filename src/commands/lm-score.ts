// `tx lm score`: how likely text is to a language model.
import type { Argv } from 'yargs';
import { cutDocuments } from '../data/sources/documents.ts';
import { formatColumns } from '../report/columns.ts';
import type { LmConfig } from '../tasks/lm.ts';
import type { OpenRun } from '../tasks/open-run.ts';
import { type ScoredDocument, TextScorer } from '../tasks/text-scorer.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import type { Context } from './command.ts';
import { checkDecodeOptions } from './decode-options.ts';
import { checkStdinOnce, describeInput, openLines } from './input.ts';
import { TaskBar } from './progress.ts';

/** Of this command alone. */
export const OWN_OPTIONS = ['stride'] as const;

export function scoreOptions<T>(yargs: Argv<T>) {
  return yargs.option('stride', {
    group: 'Score:',
    type: 'number',
    requiresArg: true,
    describe:
      "Tokens from one context to the next: fewer let each token see more before it [default: the run's]",
  });
}

export interface ScoreArguments {
  texts: string[];
  json: boolean;
  checkpoint?: string | undefined;
  threads: number;
  bufferSize: number;
  stride?: number | undefined;
}

/** A file's sums, and what they come to. */
interface FileScore {
  file: string;
  documents: number;
  tokens: number;
  words: number;
  bytes: number;
  /** −Σ log p. */
  nll: number;
  perplexity: number;
  wordPerplexity: number;
  bytePerplexity: number;
}

export async function score(run: OpenRun<LmConfig>, args: ScoreArguments, context: Context): Promise<void> {
  const { checkpoint, threads, stride, json } = args;
  const files = args.texts.length === 0 ? ['-'] : args.texts;
  checkDecodeOptions(args);
  if (stride !== undefined && !(Number.isInteger(stride) && stride >= 1)) {
    throw new UsageError(`--stride expects a whole number from 1, not ${stride}`);
  }
  checkStdinOnce(files);
  const signal = context.abortSignal();
  const texts: { file: string; documents: string[] }[] = [];
  for (const file of files)
    texts.push({ file: describeInput(file), documents: await readText(run, file, context, signal) });
  const scorer = await TextScorer.load(run, { checkpoint, threads, stride });
  const bar = new TaskBar(context.log);
  const scores: FileScore[] = [];
  try {
    for (const { file, documents } of texts) {
      const onProgress = (done: number, total: number) => bar.update(`scoring ${file}`, done, total);
      const scored = await scorer.score(documents, { onProgress, signal });
      const whole = sumUp(file, scored);
      scores.push(whole);
      if (json) context.stdout.write(formatJson(file, scored, whole));
    }
  } finally {
    bar.stop();
    await scorer.release();
  }
  if (!json) context.stdout.write(formatTable(scores));
}

async function readText(
  { config }: OpenRun<LmConfig>,
  file: string,
  context: Context,
  signal: AbortSignal,
): Promise<string[]> {
  const lines = openLines(file, context, 'text', signal);
  const documents: string[] = [];
  for await (const { text } of cutDocuments(lines, config.data.valid.end)) documents.push(...text);
  if (documents.length === 0) throw new UserError(`${describeInput(file)}: has no text`);
  return documents;
}

function sumUp(file: string, scored: readonly ScoredDocument[]): FileScore {
  const sum = (of: (document: ScoredDocument) => number) => scored.reduce((total, one) => total + of(one), 0);
  const tokens = sum(({ logProbs }) => logProbs.length);
  const [words, bytes] = [sum((one) => one.words), sum((one) => one.bytes)];
  const nll = sum(({ logProbs }) => logProbs.reduce((total, logProb) => total - logProb, 0));
  const per = (count: number) => Math.exp(nll / count);
  return {
    file,
    documents: scored.length,
    ...{ tokens, words, bytes, nll },
    perplexity: per(tokens),
    wordPerplexity: per(words),
    bytePerplexity: per(bytes),
  };
}

/** A line for each document, and one for the file. */
function formatJson(file: string, scored: readonly ScoredDocument[], whole: FileScore): string {
  const lines = scored.map((document, d) => ({ file, document: d + 1, ...document }));
  return [...lines, whole].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function formatTable(scores: readonly FileScore[]): string {
  const head = ['file', 'documents', 'tokens', 'words', 'bytes', 'perplexity', 'by word', 'by byte'];
  const rows = scores.map(({ file, documents, tokens, words, bytes, ...figures }) => [
    file,
    ...[documents, tokens, words, bytes].map(formatCount),
    ...[figures.perplexity, figures.wordPerplexity].map((x) => x.toFixed(2)),
    figures.bytePerplexity.toFixed(4),
  ]);
  return formatColumns([head, ...rows], new Set(head.map((_, c) => c).slice(1)));
}
