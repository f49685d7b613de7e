// One class for each text.
import { classLabels } from '../../data/labelled.ts';
import { softmax } from '../../graph/ops/normalization.ts';
import { calibrationBins, calibrationError } from '../../metrics/calibration.ts';
import { confusions, countClasses, macroF1, matthews, microF1 } from '../../metrics/class-counts.ts';
import { classCrossEntropy, classLogits } from '../../objectives/classification.ts';
import { classResult } from '../../run/label-results.ts';
import { UserError } from '../../util/errors.ts';
import {
  classesSchema,
  classNumbers,
  countLabelsOf,
  readWeights,
  sortClasses,
  toTriples,
} from './classes.ts';
import { type ClassObjective, type LabelledConfig, textHead } from './config.ts';
import { type LabelKind, meanOf, negativeLog, type Target, tidy } from './target.ts';

/** Probabilities of all classes. */
type Answer = number[];

export const oneClass: LabelKind<string[], number, Answer> = {
  learn: (cells) => {
    const classes = sortClasses(cells);
    if (classes.length >= 2) return classes;
    throw new UserError(`data.train: all texts have the label ${classes[0]}; two classes are needed`);
  },
  file: (folder) => folder.classes,
  schema: classesSchema(2),
  open: openClasses,
};

/** The class that is the likeliest, by its number. */
export const likeliest = (probabilities: ArrayLike<number>): number => {
  let best = 0;
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k]! > probabilities[best]!) best = k;
  return best;
};

/** Figures of classes found, one each; −1 where none was. */
export function judgeClasses(
  classes: readonly string[],
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
) {
  const counts = countClasses(expected, found, classes.length);
  const right = counts.reduce((sum, count) => sum + count.right, 0);
  return {
    figures: {
      accuracy: right / expected.length,
      macroF1: macroF1(counts),
      microF1: microF1(counts),
      matthews: matthews(counts),
    },
    results: {
      classes: classes.map((name, k) => classResult(name, counts[k]!)),
      confusion: toTriples(confusions(expected, found)),
    },
  };
}

/** Figures of the probabilities of what was found, and whether it is right. */
export function judgeConfidence(probabilities: readonly number[], isRight: readonly boolean[]) {
  const calibration = calibrationBins(probabilities, isRight);
  return { figures: { calibrationError: calibrationError(calibration) }, results: { calibration } };
}

function openClasses(classes: string[], config: LabelledConfig): Target<number, Answer> {
  const { objective } = config as LabelledConfig & { objective: ClassObjective };
  const numberOf = classNumbers(classes);
  const weightsOf = readWeights(objective.classWeights, classes);
  const options = { numClasses: classes.length, ...textHead(config) };
  return {
    classes,
    width: classes.length,
    figures: { accuracy: 'max', macroF1: 'max', matthews: 'max', calibrationError: 'min' },
    mainFigure: 'accuracy',
    signature: 'likeliest',
    parse: numberOf,
    train: (model, labels) => {
      const classWeights = weightsOf(() => balancedWeights(countLabelsOf(labels, classes.length)));
      const { labelSmoothing } = objective;
      return {
        objective: classCrossEntropy(model, { ...options, labelSmoothing, classWeights }),
        collate: (given) => classLabels(given, classWeights),
      };
    },
    output: (scope, model, inputs) => ({
      probabilities: softmax(classLogits(scope, model, inputs, options)),
    }),
    answer: (values) => [...values],
    judge: (answers, labels) => {
      const found = answers.map(likeliest);
      const own = judgeClasses(classes, found, labels);
      const confidence = judgeConfidence(
        answers.map((answer, i) => answer[found[i]!]!),
        labels.map((label, i) => label === found[i]),
      );
      const nll = meanOf(answers.map((answer, i) => negativeLog(answer[labels[i]!]!)));
      return {
        figures: { ...own.figures, nll, ...confidence.figures },
        results: { ...own.results, ...confidence.results },
      };
    },
    tell: (answer) => ({
      label: classes[likeliest(answer)]!,
      probabilities: Object.fromEntries(classes.map((name, k) => [name, answer[k]!])),
    }),
    compare: (answer, label) => {
      const k = likeliest(answer);
      const loss = tidy(negativeLog(answer[label]!));
      return { label: classes[label]!, predicted: classes[k]!, probability: tidy(answer[k]!), loss };
    },
    print: (answer) => {
      const k = likeliest(answer);
      return `${classes[k]!}\t${answer[k]!.toFixed(4)}\n`;
    },
  };
}

/** N / (C · N_k): every class counts the same in sum, and an example 1 on average. */
export function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 1 : total / (counts.length * count)));
}
