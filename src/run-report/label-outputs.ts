// What a run told of labelled texts: those that it found hardest and easiest, by the loss of their labels.
import { z } from 'zod';
import { parseJson } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { fileExists } from '../util/files.ts';
import { readLines } from '../util/text.ts';
import type { Found, Output } from './output.ts';

const names = z.array(z.string());

/** A line of results/valid.jsonl: a text, two, or words; a label, several, a score, or tags; and what was found. */
const lineSchema = z.object({
  text: z.string().optional(),
  pair: z.string().optional(),
  words: names.optional(),
  label: z.string().optional(),
  labels: names.optional(),
  score: z.number().optional(),
  tags: names.optional(),
  predicted: z.union([z.string(), z.number(), z.array(z.string().nullable())]),
  probability: z.number().optional(),
  loss: z.number().optional(),
});
type Line = z.output<typeof lineSchema>;

/** Most scores that are kept to be drawn. */
const MAX_SCORES = 400;

/** The extremes, at most `count` of each; undefined where the run has none. */
export function readLabelOutputs(folder: RunFolder, count: number): Found | undefined {
  const path = folder.result('valid.jsonl');
  if (!fileExists(path)) return undefined;
  const all = readLines(path).flatMap((json, i) => {
    const line = parseJson(lineSchema, json);
    return line === undefined ? [] : [{ line, output: toOutput(line, i + 1) }];
  });
  const outputs = all.map(({ output }) => output);
  const half = outputs.length / 2;
  const byLoss = (sign: number) => (a: Output, b: Output) => sign * (a.score - b.score) || a.line - b.line;
  const scores = all.flatMap(({ line: { score: expected, predicted: found } }) =>
    expected === undefined || typeof found !== 'number' ? [] : [{ expected, found }],
  );
  const step = Math.ceil(scores.length / MAX_SCORES);
  return {
    areLabels: true,
    figure: 'loss',
    lines: outputs.length,
    worst: outputs.toSorted(byLoss(-1)).slice(0, Math.min(count, Math.ceil(half))),
    best: outputs.toSorted(byLoss(1)).slice(0, Math.min(count, Math.floor(half))),
    ...(scores.length > 0 && { scores: scores.filter((_, i) => i % step === 0) }),
  };
}

function toOutput({ text, pair, words, ...line }: Line, number: number): Output {
  const told = {
    line: number,
    score: Number(lossOf(line).toPrecision(5)),
    source: text ?? words?.join(' '),
    pair,
  };
  const { tags, predicted, labels, label, score, probability } = line;
  if (tags !== undefined && words !== undefined && Array.isArray(predicted)) {
    const wrong = words.flatMap((_, w) => (tags[w] === predicted[w] ? [] : [w]));
    const shown = wrong.length > 0 ? wrong : [...words.keys()];
    const pairs = (all: readonly (string | null)[]) =>
      shown.map((w) => `${words[w]}/${all[w] ?? '_'}`).join(' ');
    return { ...told, reference: pairs(tags), output: pairs(predicted) };
  }
  const list = (all: readonly (string | null)[]) => all.join(', ') || 'none';
  const found = Array.isArray(predicted) ? list(predicted) : String(predicted);
  const surely = probability === undefined ? '' : ` (${probability.toFixed(4)})`;
  const reference = label ?? (labels === undefined ? String(score ?? '') : list(labels));
  return { ...told, reference, output: `${found}${surely}` };
}

/** Of lines of earlier versions, which have the probability of what was found alone, the least that it can be. */
function lossOf({ loss, label, predicted, probability = 1 }: Omit<Line, 'text' | 'words'>): number {
  if (loss !== undefined) return loss;
  return -Math.log(Math.max(label === predicted ? probability : 1 - probability, 2 ** -126));
}
