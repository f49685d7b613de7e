// Judges the trees of held-out sentences: labelled F1.
import type { WordSentence } from '../../data/tree-words.ts';
import type { ExportedModel } from '../../graph/export.ts';
import { summarizeScore } from '../../run/results.ts';
import { mergeRows } from '../../runtime/group.ts';
import { Session } from '../../runtime/session.ts';
import type { Parameters } from '../../train/parameters.ts';
import type { Evaluation, EvaluationRun, Evaluator, SplitName } from '../../train/system.ts';
import { buildParameters, evalbSchema } from '../../trees/evalb-parameters.ts';
import { type Tree, words as wordsOf } from '../../trees/tree.ts';
import { writeTree } from '../../trees/write.ts';
import { judgeTrees } from '../judge-trees.ts';
import { spread } from '../spread.ts';
import { buildChartGraph, type ChartModel, scoreSentences } from './chart-model.ts';

/** The figure that parsers are known by. */
export const METRIC = 'F1';

/** Gold trees, and their words as the model reads them. */
export interface HeldTrees {
  trees: readonly Tree[];
  sentences: readonly WordSentence[];
}

export class ChartEvaluator implements Evaluator {
  readonly figures: Evaluator['figures'] = { [METRIC]: 'max' };
  readonly signature: string;
  readonly #model: ChartModel;
  readonly #sets: Readonly<Partial<Record<SplitName, HeldTrees>>>;
  readonly #evalb: ReturnType<typeof buildParameters>;
  /** Made when they are first needed. */
  #graph: ExportedModel | undefined;
  #session: Promise<Session> | undefined;

  constructor(model: ChartModel, sets: Readonly<Partial<Record<SplitName, HeldTrees>>>) {
    const { evaluation, decoder } = model.config;
    this.#model = model;
    this.#sets = sets;
    this.#evalb = buildParameters(evaluation.evalb ?? evalbSchema.parse({}));
    this.signature = `evalb:${this.#evalb.signature}|decoder:${decoder}`;
  }

  async evaluate(
    split: SplitName,
    parameters: Parameters,
    { group, onProgress }: EvaluationRun,
  ): Promise<Evaluation> {
    const { trees, sentences } = this.#sets[split]!;
    const { config } = this.#model;
    this.#graph ??= buildChartGraph(this.#model);
    this.#session ??= Session.create(this.#graph.model, { threads: config.threads });
    const run = {
      session: await this.#session,
      peakBytes: this.#graph.peakBytes,
      weights: parameters.feeds,
      group,
      onProgress: (done: number) => onProgress(done, trees.length),
    };
    const own = new Array<Tree>(trees.length);
    await scoreSentences(this.#model, sentences, run, (i, read) => {
      own[i] = read(wordsOf(trees[i]!), { told: false })[0]!.tree;
    });
    const found = await mergeRows(group, own);
    const references = trees.map(writeTree);
    const { score, hypotheses } = judgeTrees(found, references, this.#evalb.parameters);
    const src = trees.map((tree) => wordsOf(tree).join(' '));
    return {
      figures: { [METRIC]: score.score },
      signature: this.signature,
      text: score.format(this.signature),
      summary: summarizeScore(score, this.signature),
      files: { src, hyp: hypotheses, ref: references },
      samples: spread(trees.length, config.evaluation.samples).map((i) => ({
        src: src[i]!,
        hyp: hypotheses[i]!,
        ref: references[i]!,
      })),
    };
  }

  async release(): Promise<void> {
    await (await this.#session)?.release();
  }
}
