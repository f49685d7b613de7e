// What a run made of its validation set: the worst and the best lines, or a classifier's surest mistakes and hits.
import { z } from 'zod';
import { findExtremes } from '../report/sentences.ts';
import { parseJson } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { UserError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';
import { readDamagedText, readLines } from '../util/text.ts';
import { sentenceFigureFor } from './sentence-figure.ts';

/** A line with its score, a sentence's figure or the probability of the class. */
export interface Output {
  /** From 1. */
  readonly line: number;
  readonly score: number;
  readonly source?: string | undefined;
  readonly reference: string;
  readonly output: string;
}

export interface Outputs {
  /** Whether outputs are classes, and not text. */
  readonly areClasses: boolean;
  /** What scores are. */
  readonly figure: string;
  readonly lines: number;
  /** Which parameters gave them, such as `best`. */
  readonly weights: string | undefined;
  readonly worst: readonly Output[];
  readonly best: readonly Output[];
}

/** The extremes, at most `count` of each; undefined where the run has no outputs, or damaged ones. */
export function readOutputs(
  folder: RunFolder,
  metric: string | undefined,
  count: number,
): Outputs | undefined {
  try {
    const found = readPredictions(folder, count) ?? readTexts(folder, metric, count);
    return found && { ...found, weights: readWeights(folder) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

type Found = Omit<Outputs, 'weights'>;

function readTexts(folder: RunFolder, metric: string | undefined, count: number): Found | undefined {
  const read = (ending: string): string[] | undefined => {
    const path = folder.result(`valid.${ending}`);
    return fileExists(path) ? readLines(path) : undefined;
  };
  const [outputs, references, sources] = [read('hyp'), read('ref'), read('src')];
  if (outputs === undefined || references === undefined || outputs.length !== references.length)
    return undefined;
  const { name, scores } = sentenceFigureFor(metric);
  const all = scores(outputs, references);
  const hasSources = sources?.length === outputs.length;
  const toOutput = (i: number): Output => ({
    line: i + 1,
    score: Number(all[i]!.toFixed(2)),
    ...(hasSources && { source: sources[i]! }),
    reference: references[i]!,
    output: outputs[i]!,
  });
  const { worst, best } = findExtremes(all, count);
  const lines = outputs.length;
  return { areClasses: false, figure: name, lines, worst: worst.map(toOutput), best: best.map(toOutput) };
}

/** `tx eval-bleu` writes there too, with the parameters that it was asked for. */
function readWeights(folder: RunFolder): string | undefined {
  const path = folder.result('valid.json');
  const summary = z.object({ weights: z.string() });
  return fileExists(path) ? parseJson(summary, readDamagedText(path))?.weights : undefined;
}

const predictionSchema = z.object({
  text: z.string(),
  label: z.string(),
  predicted: z.string(),
  probability: z.number(),
});

function readPredictions(folder: RunFolder, count: number): Found | undefined {
  const path = folder.result('valid.jsonl');
  if (!fileExists(path)) return undefined;
  const all = readLines(path).flatMap((json, i): Output[] => {
    const found = parseJson(predictionSchema, json);
    if (found === undefined) return [];
    const { text: source, label: reference, predicted: output, probability: score } = found;
    return [{ line: i + 1, score, source, reference, output }];
  });
  const surest = (isRight: boolean) =>
    all
      .filter(({ reference, output }) => (reference === output) === isRight)
      .sort((a, b) => b.score - a.score || a.line - b.line)
      .slice(0, count);
  const [worst, best] = [surest(false), surest(true)];
  return { areClasses: true, figure: 'probability', lines: all.length, worst, best };
}
