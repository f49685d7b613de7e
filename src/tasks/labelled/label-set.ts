// Several classes for each text, or none.
import { z } from 'zod';
import { setLabels } from '../../data/labelled.ts';
import { sigmoid } from '../../graph/ops/elementwise.ts';
import { countLabels, macroF1, microF1 } from '../../metrics/class-counts.ts';
import { classLogits } from '../../objectives/classification.ts';
import { labelSetCrossEntropy } from '../../objectives/label-sets.ts';
import { classResult } from '../../run/label-results.ts';
import { UserError } from '../../util/errors.ts';
import { classesSchema, classNumbers, countLabelsOf, readWeights, sortClasses } from './classes.ts';
import { type ClassObjective, type LabelledConfig, textHead } from './config.ts';
import { judgeConfidence } from './one-class.ts';
import { type LabelKind, meanOf, negativeLog, type Target, tidy } from './target.ts';

/** A probability for each class. */
type Answer = number[];

const DEFAULT_SEPARATOR = ',';
const listSchema = z.array(z.string());

/** The labels of a cell: a list in JSON, or texts with a separator between them; space around them is dropped. */
function splitCell(cell: string, separator: string): string[] {
  const labels = (parseList(cell) ?? cell.split(separator)).map((label) => label.trim());
  return [...new Set(labels.filter((label) => label !== ''))];
}

function parseList(cell: string): string[] | undefined {
  if (!cell.startsWith('[')) return undefined;
  try {
    return listSchema.safeParse(JSON.parse(cell)).data;
  } catch {
    return undefined;
  }
}

/** `separator` stands between the labels of a cell. */
export const labelSet = (separator = DEFAULT_SEPARATOR): LabelKind<string[], number[], Answer> => ({
  learn: (cells) => {
    const classes = sortClasses(cells.flatMap((cell) => splitCell(cell, separator)));
    if (classes.length >= 1) return classes;
    throw new UserError('data.train: no text has a label; one is needed');
  },
  file: (folder) => folder.classes,
  schema: classesSchema(1),
  open: (classes, config) => openSets(classes, config, separator),
});

/** A class is found where it is likelier than not. */
const foundIn = (answer: Answer): number[] => answer.flatMap((p, k) => (p > 0.5 ? [k] : []));

function openSets(classes: string[], config: LabelledConfig, separator: string): Target<number[], Answer> {
  const { objective } = config as LabelledConfig & { objective: ClassObjective };
  const numberOf = classNumbers(classes);
  const weightsOf = readWeights(objective.classWeights, classes);
  const options = { numClasses: classes.length, ...textHead(config) };
  const namesOf = (labels: readonly number[]) => labels.map((k) => classes[k]!);
  const lossOf = (answer: Answer, label: readonly number[]) =>
    meanOf(answer.map((p, k) => negativeLog(label.includes(k) ? p : 1 - p)));
  return {
    classes,
    width: classes.length,
    figures: { accuracy: 'max', microF1: 'max', macroF1: 'max', calibrationError: 'min' },
    mainFigure: 'microF1',
    signature: 'threshold:0.5',
    parse: (cell, place) => splitCell(cell, separator).map((name) => numberOf(name, place)),
    train: (model, labels) => {
      const classWeights = weightsOf(() =>
        // As much for all presences of a class as for its absences.
        countLabelsOf(labels.flat(), classes.length).map(
          (n) => Math.max(1, labels.length - n) / Math.max(1, n),
        ),
      );
      return {
        objective: labelSetCrossEntropy(model, { ...options, classWeights }),
        collate: (given) => setLabels(given, classes.length),
      };
    },
    output: (scope, model, inputs) => ({
      probabilities: sigmoid(classLogits(scope, model, inputs, options)),
    }),
    answer: (values) => [...values],
    judge: (answers, labels) => {
      const found = answers.map(foundIn);
      const counts = countLabels(labels, found, classes.length);
      const right = found.filter((set, i) => set.join() === [...labels[i]!].sort((a, b) => a - b).join());
      const confidence = judgeConfidence(
        answers.flat(),
        answers.flatMap((answer, i) => answer.map((_, k) => labels[i]!.includes(k))),
      );
      const nll = meanOf(answers.map((answer, i) => lossOf(answer, labels[i]!)));
      return {
        figures: {
          accuracy: right.length / labels.length,
          microF1: microF1(counts),
          macroF1: macroF1(counts),
          nll,
          ...confidence.figures,
        },
        results: { classes: classes.map((name, k) => classResult(name, counts[k]!)), ...confidence.results },
      };
    },
    tell: (answer) => ({
      labels: namesOf(foundIn(answer)),
      probabilities: Object.fromEntries(classes.map((name, k) => [name, answer[k]!])),
    }),
    compare: (answer, label) => ({
      labels: namesOf(label),
      predicted: namesOf(foundIn(answer)),
      probabilities: answer.map(tidy),
      loss: tidy(lossOf(answer, label)),
    }),
    print: (answer) => {
      const found = foundIn(answer);
      const probabilities = found.map((k) => answer[k]!.toFixed(4));
      return `${namesOf(found).join(separator)}\t${probabilities.join(separator)}\n`;
    },
  };
}
