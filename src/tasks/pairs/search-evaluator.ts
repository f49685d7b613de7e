// Judges what a search makes of held-out sources, by the task's own figure.
import type { ExportedModel } from '../../graph/export.ts';
import { summarizeScore } from '../../run/results.ts';
import type { Group } from '../../runtime/group.ts';
import { Session } from '../../runtime/session.ts';
import type { Parameters } from '../../train/parameters.ts';
import type { Evaluation, EvaluationRun, Evaluator, SplitName } from '../../train/system.ts';
import { spread } from '../spread.ts';
import type { PairConfig } from './config.ts';
import type { SplitText } from './pair-text.ts';
import type { PreparedData } from './prepare.ts';
import { Translator } from './translator.ts';

export class SearchEvaluator implements Evaluator {
  readonly figures: Evaluator['figures'];
  readonly signature: string;
  readonly #config: PairConfig;
  readonly #data: PreparedData;
  readonly #graph: () => ExportedModel;
  /** Made when it is first needed. */
  #session: Promise<Session> | undefined;

  /** `graph` is that of the search, with parameters as inputs. */
  constructor(config: PairConfig, data: PreparedData, graph: () => ExportedModel) {
    this.#config = config;
    this.#data = data;
    this.#graph = graph;
    const { beamSize, lengthPenalty, maxExtraLength } = config.decode;
    const search = Object.entries({ beamSize, lengthPenalty, maxExtraLength }).map((pair) => pair.join(':'));
    this.figures = { [data.text.metric]: 'max' };
    this.signature = [data.text.scoring(), ...search].join('|');
  }

  async evaluate(
    split: SplitName,
    parameters: Parameters,
    { group, onProgress }: EvaluationRun,
  ): Promise<Evaluation> {
    const { text } = this.#data;
    const set = this.#data[split]!;
    const translator = await this.#translator(parameters, group);
    const outputs = await translator.translate(set.text.src, onProgress);
    const { score, signature, hypotheses, references } = text.judge(
      // None where the model's scores are not finite.
      outputs.map((found) => found[0]?.text ?? ''),
      set,
    );
    return {
      figures: { [text.metric]: score.score },
      signature,
      text: score.format(signature),
      summary: summarizeScore(score, signature),
      files: { src: set.raw.src, hyp: hypotheses, ref: references },
      samples: this.#samples(set, hypotheses, references),
    };
  }

  async release(): Promise<void> {
    await (await this.#session)?.release();
  }

  async #translator(parameters: Parameters, group: Group): Promise<Translator> {
    const { tokenizers, codec } = this.#data;
    const { model, decode, threads } = this.#config;
    const graph = this.#graph();
    this.#session ??= Session.create(graph.model, { threads });
    return new Translator({
      session: await this.#session,
      weights: parameters.feeds,
      encode: (line) => codec.encodeSource(line),
      decode: (tokens) => codec.decode(tokens),
      ids: tokenizers.ids,
      maxLength: model.maxLength,
      batchTokens: decode.batchTokens,
      peakBytes: graph.peakBytes,
      group,
    });
  }

  #samples(set: SplitText, hypotheses: readonly string[], references: readonly string[]) {
    return spread(set.raw.src.length, this.#config.evaluation.samples).map((i) => ({
      src: set.raw.src[i]!,
      hyp: hypotheses[i]!,
      ref: references[i]!,
    }));
  }
}
