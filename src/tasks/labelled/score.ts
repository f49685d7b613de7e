// A score for each text. Models learn scores in units of the training scores' deviation from their mean, so that rates
// and losses do not depend on the scale; what is told is in the scale of the table.
import { z } from 'zod';
import { scoreLabels } from '../../data/labelled.ts';
import { add, mul } from '../../graph/ops/elementwise.ts';
import { unsqueeze } from '../../graph/ops/shape.ts';
import { pearson, spearman } from '../../metrics/correlation.ts';
import { squaredError, textScores } from '../../objectives/regression.ts';
import { UserError } from '../../util/errors.ts';
import { type LabelledConfig, textHead } from './config.ts';
import { type LabelKind, meanOf, type Target, tidy } from './target.ts';

/** Float32 squares them. */
const MOST = 1e15;

/** As `scores.json` has it. */
export const scaleSchema = z.strictObject({
  mean: z.number().min(-MOST).max(MOST),
  deviation: z.number().gt(0).max(MOST),
});
type Scale = z.output<typeof scaleSchema>;

export const score: LabelKind<Scale, number, number> = {
  learn: (cells) => {
    const scores = cells.map((cell, i) => parseScore(cell, `data.train: row ${i + 1}`));
    const mean = meanOf(scores);
    const deviation = Math.sqrt(meanOf(scores.map((x) => (x - mean) ** 2)));
    if (deviation > 0) return { mean, deviation };
    throw new UserError(`data.train: all texts have the score ${scores[0]}; two are needed`);
  },
  file: (folder) => folder.scores,
  schema: scaleSchema,
  open: openScores,
};

function parseScore(cell: string, place: string): number {
  const value = cell.trim() === '' ? Number.NaN : Number(cell);
  if (Math.abs(value) <= MOST) return value;
  throw new UserError(
    `${place} has the score ${JSON.stringify(cell.slice(0, 80))}; a number from −${MOST} to ${MOST} is needed`,
  );
}

function openScores({ mean, deviation }: Scale, config: LabelledConfig): Target<number, number> {
  const options = textHead(config);
  // Of scores that are all alike it says nothing.
  const orNone = (correlation: number) => (Number.isNaN(correlation) ? 0 : correlation);
  return {
    classes: [],
    width: 1,
    figures: { pearson: 'max', spearman: 'max', rmse: 'min' },
    mainFigure: 'spearman',
    signature: 'score',
    parse: parseScore,
    train: (model) => ({
      objective: squaredError(model, options),
      collate: (given) => scoreLabels(given.map((x) => (x - mean) / deviation)),
    }),
    output: (scope, model, inputs) => {
      const scores = textScores(scope, model, inputs, options);
      return { scores: unsqueeze(add(mul(scores, deviation), mean), [1]) };
    },
    answer: ([value]) => value!,
    judge: (answers, labels) => ({
      figures: {
        pearson: orNone(pearson(answers, labels)),
        spearman: orNone(spearman(answers, labels)),
        rmse: Math.sqrt(meanOf(answers.map((x, i) => (x - labels[i]!) ** 2))),
      },
      results: {},
    }),
    tell: (answer) => ({ score: tidy(answer) }),
    compare: (answer, label) => ({
      score: label,
      predicted: tidy(answer),
      loss: tidy(((answer - label) / deviation) ** 2),
    }),
    print: (answer) => `${answer.toFixed(4)}\n`,
  };
}
