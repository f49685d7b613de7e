// What is told of a text: one class, several, a score, or a class for each of its words. Each kind is a file here and a
// row in kinds.ts; what tasks do with texts does not depend on it.
import type { z } from 'zod';
import type { Labels } from '../../data/labelled.ts';
import type { Value } from '../../graph/graph.ts';
import type { EncoderOnly } from '../../models/model.ts';
import type { Scope } from '../../nn/scope.ts';
import type { Direction, Objective } from '../../objectives/objective.ts';
import type { TextInputs } from '../../objectives/text-vectors.ts';
import type { LabelResults } from '../../run/label-results.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import type { LabelledConfig } from './config.ts';
import type { EncodedRows } from './reader.ts';
import type { Row } from './splits.ts';

export interface LabelKind<Known, Label, Answer> {
  /** What a run keeps of its training labels, such as the classes. A UserError where nothing can be learned of them. */
  learn(cells: readonly string[]): Known;
  /** Where it keeps them, as JSON of this schema. */
  file(folder: RunFolder): string;
  schema: z.ZodType<Known>;
  open(known: Known, config: LabelledConfig): Target<Label, Answer>;
}

/** Of whatever kind. */
export type AnyKind = LabelKind<unknown, unknown, unknown>;
export type AnyTarget = Target<unknown, unknown>;

export interface Target<Label, Answer> {
  /** Names of the classes, where there are any. */
  readonly classes: readonly string[];
  /** Values of the graph's output for each row, or for each word. */
  readonly width: number;
  /** Figures that every evaluation tells beside the objective's. */
  readonly figures: Readonly<Record<string, Direction>>;
  /** The figure that runs are known by where the config names no other. */
  readonly mainFigure: string;
  /** How outputs become labels. */
  readonly signature: string;
  /** The labels of a cell; a UserError that begins with `place` where it has none of this kind. */
  parse(cell: string, place: string): Label;
  /** What is minimized, given the labels of the training text, and labels as batches have them. */
  train(
    model: EncoderOnly,
    labels: readonly Label[],
  ): { objective: Objective; collate(labels: readonly Label[], rows: EncodedRows): Labels };
  /** The trained model's output by its name, float32 [B, width], or [B, S, width] for words. */
  output(scope: Scope, model: EncoderOnly, inputs: TextInputs): Record<string, Value>;
  /** What a row's values say; of words one after another, NaN for those that the model did not see. */
  answer(values: Float32Array): Answer;
  judge(answers: readonly Answer[], labels: readonly Label[]): Judgement;
  /** The answer, for scripts. */
  tell(answer: Answer): object;
  /** The answer beside the label, with the loss of the one by the other. */
  compare(answer: Answer, label: Label): object;
  /** The answer, for people: whole lines. */
  print(answer: Answer, row: Row): string;
}

export interface Judgement {
  /** More than `Target.figures` names: those that a config may ask for. */
  figures: Readonly<Record<string, number>>;
  results: LabelResults;
}

/** −log p, of what the softmax has rounded to 0 the most that float32 can tell. */
export const negativeLog = (p: number): number => -Math.log(Math.max(p, 2 ** -126));

/** Six significant digits, which is about what float32 has. */
export const tidy = (x: number): number => Number(x.toPrecision(6));

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length;
