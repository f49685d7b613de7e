// What a run made of its validation set: the worst and the best lines.
import { z } from 'zod';
import { findExtremes } from '../report/sentences.ts';
import { parseJson } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { UserError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';
import { readDamagedText, readLines } from '../util/text.ts';
import { readLabelOutputs } from './label-outputs.ts';
import type { Found, Output, Outputs } from './output.ts';
import { sentenceFigureFor } from './sentence-figure.ts';

/** The extremes, at most `count` of each; undefined where the run has no outputs, or damaged ones. */
export function readOutputs(
  folder: RunFolder,
  metric: string | undefined,
  count: number,
): Outputs | undefined {
  try {
    const found = readLabelOutputs(folder, count) ?? readTexts(folder, metric, count);
    return found && { ...found, weights: readWeights(folder) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

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
  return { areLabels: false, figure: name, lines, worst: worst.map(toOutput), best: best.map(toOutput) };
}

/** `tx eval-bleu` writes there too, with the parameters that it was asked for. */
function readWeights(folder: RunFolder): string | undefined {
  const path = folder.result('valid.json');
  const summary = z.object({ weights: z.string() });
  return fileExists(path) ? parseJson(summary, readDamagedText(path))?.weights : undefined;
}
