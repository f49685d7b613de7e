// A class for each word of a sentence.
import { NO_TAG, tagLabels } from '../../data/labelled.ts';
import { Sequences } from '../../data/sequences.ts';
import { BETWEEN } from '../../data/sources/conll.ts';
import type { Dim } from '../../graph/dim.ts';
import { softmax } from '../../graph/ops/normalization.ts';
import { reshape } from '../../graph/ops/shape.ts';
import { microF1 } from '../../metrics/class-counts.ts';
import { countEntities, markEntities } from '../../metrics/entities.ts';
import { tagCrossEntropy, tagLogits } from '../../objectives/tagging.ts';
import { classResult } from '../../run/label-results.ts';
import { UserError } from '../../util/errors.ts';
import { classesSchema, classNumbers, countLabelsOf, readWeights, sortClasses } from './classes.ts';
import type { ClassObjective, LabelledConfig } from './config.ts';
import { balancedWeights, judgeClasses, judgeConfidence, likeliest } from './one-class.ts';
import { type LabelKind, meanOf, negativeLog, type Target, tidy } from './target.ts';

/** Of each word the probabilities of all classes; undefined where the model did not see it. */
type Answer = (Float32Array | undefined)[];

export const tags: LabelKind<string[], number[], Answer> = {
  learn: (cells) => {
    const classes = sortClasses(cells.flatMap((cell) => cell.split(BETWEEN)));
    if (classes.length >= 2) return classes;
    throw new UserError(`data.train: all words have the tag ${classes[0]}; two are needed`);
  },
  file: (folder) => folder.classes,
  schema: classesSchema(2),
  open: openTags,
};

/** What stands for the tag of a word that the model did not see. */
const UNSEEN = '_';

function openTags(classes: string[], config: LabelledConfig): Target<number[], Answer> {
  const { objective, head } = config as LabelledConfig & { objective: ClassObjective };
  const numberOf = classNumbers(classes);
  const weightsOf = readWeights(objective.classWeights, classes);
  const options = { numClasses: classes.length, dropout: head.dropout };
  const hasEntities = markEntities(classes);
  const foundIn = (answer: Answer) => answer.map((word) => (word === undefined ? NO_TAG : likeliest(word)));
  const lossesOf = (answer: Answer, label: readonly number[]) =>
    answer.flatMap((word, w) => (word === undefined ? [] : [negativeLog(word[label[w]!]!)]));
  return {
    classes,
    width: classes.length,
    figures: {
      accuracy: 'max',
      ...(hasEntities && { entityF1: 'max' as const }),
      macroF1: 'max',
      calibrationError: 'min',
    },
    mainFigure: hasEntities ? 'entityF1' : 'accuracy',
    signature: hasEntities ? 'conlleval' : 'likeliest',
    parse: (cell, place) => cell.split(BETWEEN).map((name) => numberOf(name, place)),
    train: (model, labels) => {
      const classWeights = weightsOf(() => balancedWeights(countLabelsOf(labels.flat(), classes.length)));
      const { labelSmoothing } = objective;
      return {
        objective: tagCrossEntropy(model, { ...options, labelSmoothing, classWeights }),
        collate: (given, { firsts }) =>
          tagLabels(
            firsts!,
            Sequences.build(given.length, (i) => given[i]!),
            classWeights,
          ),
      };
    },
    output: (scope, model, inputs) => {
      const [batch, length] = inputs.ids.shape as [Dim, Dim];
      const probabilities = softmax(tagLogits(scope, model, inputs, options));
      return { probabilities: reshape(probabilities, [batch, length, classes.length]) };
    },
    answer: (values) =>
      Array.from({ length: values.length / classes.length }, (_, w) => {
        const own = values.subarray(w * classes.length, (w + 1) * classes.length);
        return Number.isNaN(own[0]!) ? undefined : own;
      }),
    judge: (answers, labels) => {
      const found = answers.map(foundIn);
      const [all, expected] = [found.flat(), labels.flat()];
      const own = judgeClasses(classes, all, expected);
      const seen = answers.flat();
      const confidence = judgeConfidence(
        seen.flatMap((word, w) => (word === undefined ? [] : [word[all[w]!]!])),
        seen.flatMap((word, w) => (word === undefined ? [] : [all[w] === expected[w]])),
      );
      const losses = answers.flatMap((answer, i) => lossesOf(answer, labels[i]!));
      const names = (rows: readonly (readonly number[])[]) =>
        rows.map((row) => row.map((k) => (k === NO_TAG ? 'O' : classes[k]!)));
      const entities = hasEntities ? countEntities(names(labels), names(found)) : undefined;
      return {
        figures: {
          ...own.figures,
          ...(entities && { entityF1: microF1([...entities.values()]) }),
          nll: meanOf(losses),
          ...confidence.figures,
        },
        results: {
          ...own.results,
          ...(entities && { entities: [...entities].map(([type, counts]) => classResult(type, counts)) }),
          ...confidence.results,
        },
      };
    },
    tell: (answer) => ({
      tags: foundIn(answer).map((k) => (k === NO_TAG ? null : classes[k]!)),
      probabilities: answer.map((word) => (word === undefined ? null : tidy(word[likeliest(word)]!))),
    }),
    compare: (answer, label) => {
      const losses = lossesOf(answer, label);
      return {
        tags: label.map((k) => classes[k]!),
        predicted: foundIn(answer).map((k) => (k === NO_TAG ? null : classes[k]!)),
        loss: losses.length === 0 ? 0 : tidy(meanOf(losses)),
      };
    },
    print: (answer, row) => {
      const lines = foundIn(answer).map((k, w) => `${row[w]!}\t${k === NO_TAG ? UNSEEN : classes[k]!}\n`);
      return `${lines.join('')}\n`;
    },
  };
}
