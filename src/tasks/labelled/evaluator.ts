// Judges what the model tells of held-out rows, by the figures of what is told.

import type { ExportedModel } from '../../graph/export.ts';
import { formatFigure } from '../../run/figures.ts';
import type { LabelResults } from '../../run/label-results.ts';
import { Session } from '../../runtime/session.ts';
import type { Parameters } from '../../train/parameters.ts';
import type { Evaluation, EvaluationRun, Evaluator, SplitName } from '../../train/system.ts';
import { buildLabelGraph, findAnswers, type Labeller } from './labeller.ts';
import type { EncodedRows } from './reader.ts';
import { describeRow, type Row } from './splits.ts';
import type { AnyTarget, Judgement } from './target.ts';

/** Rows with labels, as they are judged. */
export interface LabelledSet {
  rows: readonly Row[];
  encoded: EncodedRows;
  labels: readonly unknown[];
}

/** The F1 of a class is told where it is asked for: `f1.CLASS`. */
const OF_CLASS = 'f1.';

/** The figures of a target that are told where the config asks for `asked` beside them. */
function figuresFor({ figures, classes }: AnyTarget, asked: string): Evaluator['figures'] {
  const isKnown =
    asked === 'microF1' ? 'macroF1' in figures : classes.some((name) => asked === OF_CLASS + name);
  return isKnown ? { ...figures, [asked]: 'max' } : figures;
}

/** The figures where runs are selected by `selectBy`, and the one that they are known by. */
export function mainFigureOf(
  target: AnyTarget,
  selectBy: string,
): { figures: Evaluator['figures']; mainFigure: string } {
  const figures = figuresFor(target, selectBy);
  return { figures, mainFigure: selectBy in figures ? selectBy : target.mainFigure };
}

/** A figure of a judgement by its name. */
export function figureOf({ figures, results }: Judgement, name: string): number {
  return figures[name] ?? classOf(results, name)!.f1;
}

const classOf = ({ classes = [] }: LabelResults, name: string) =>
  classes.find((one) => OF_CLASS + one.name === name);

export class LabelEvaluator implements Evaluator {
  readonly figures: Evaluator['figures'];
  readonly signature: string;
  readonly #labeller: Labeller;
  readonly #sets: Readonly<Partial<Record<SplitName, LabelledSet>>>;
  readonly #mainFigure: string;
  readonly #threads: number;
  /** Made when they are first needed. */
  #graph: ExportedModel | undefined;
  #session: Promise<Session> | undefined;

  constructor(
    labeller: Labeller,
    sets: Readonly<Partial<Record<SplitName, LabelledSet>>>,
    { figures, mainFigure, threads }: { figures: Evaluator['figures']; mainFigure: string; threads: number },
  ) {
    this.figures = figures;
    this.signature = labeller.target.signature;
    this.#labeller = labeller;
    this.#sets = sets;
    this.#mainFigure = mainFigure;
    this.#threads = threads;
  }

  async evaluate(
    split: SplitName,
    parameters: Parameters,
    { group, onProgress }: EvaluationRun,
  ): Promise<Evaluation> {
    const { target, reader } = this.#labeller;
    const { rows, encoded, labels } = this.#sets[split]!;
    this.#graph ??= buildLabelGraph(this.#labeller, { packed: true });
    this.#session ??= Session.create(this.#graph.model, { threads: this.#threads });
    const answers = await findAnswers(this.#labeller, encoded, {
      session: await this.#session,
      weights: parameters.feeds,
      peakBytes: this.#graph.peakBytes,
      group,
      onProgress: (done) => onProgress(done, rows.length),
    });
    const judgement = target.judge(answers, labels);
    const figures = Object.fromEntries(
      Object.keys(this.figures).map((name) => [name, figureOf(judgement, name)]),
    );
    const jsonl = rows.map((row, i) =>
      JSON.stringify({ ...describeRow(reader.form, row), ...target.compare(answers[i], labels[i]) }),
    );
    return {
      figures,
      signature: this.signature,
      text: this.#describe(figures),
      summary: { ...judgement.figures, ...judgement.results },
      files: { jsonl },
      samples: [],
    };
  }

  async release(): Promise<void> {
    await (await this.#session)?.release();
  }

  /** The main figure first. */
  #describe(figures: Readonly<Record<string, number>>): string {
    const main = this.#mainFigure;
    const names = [main, ...Object.keys(figures).filter((name) => name !== main)];
    return names.map((name) => `${name} ${formatFigure(name, figures[name]!)}`).join(' ');
  }
}
