// Scoring parameters on held-out text: loss on teacher-forced batches, BLEU on translations.
import type { Batch } from '../data/batch.ts';
import { orderedBatches } from '../data/batches.ts';
import { type BleuScore, buildBleu } from '../metrics/bleu.ts';
import type { Translator } from '../predict/translator.ts';
import type { Session } from '../runtime/session.ts';
import type { TrainConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { HeldOut, PreparedData } from './prepare-data.ts';
import { batchFeeds } from './train-step.ts';

/** Positions of a batch that only runs forward. */
const BATCH_TOKENS = 4096;

export interface HeldOutLoss {
  /** Label-smoothed loss and negative log-likelihood, nats a target token. */
  loss: number;
  nll: number;
}

export interface HeldOutBleu {
  score: BleuScore;
  signature: string;
  /** Hypotheses and references as they were compared. */
  hypotheses: string[];
  references: string[];
}

export class Validator {
  readonly #config: TrainConfig;
  readonly #data: PreparedData;
  readonly #session: Session;
  readonly #parameters: Parameters;
  readonly #translator: Translator;
  readonly #batches: Batch[];

  constructor(
    config: TrainConfig,
    data: PreparedData,
    session: Session,
    parameters: Parameters,
    translator: Translator,
  ) {
    this.#config = config;
    this.#data = data;
    this.#session = session;
    this.#parameters = parameters;
    this.#translator = translator;
    this.#batches = orderedBatches(data.validPairs, data.languages.ids, { batchTokens: BATCH_TOKENS });
  }

  /** Loss on the validation set. */
  async loss(): Promise<HeldOutLoss> {
    let [smoothed, nll, tokens] = [0, 0, 0];
    for (const batch of this.#batches) {
      const result = await this.#session.run({ ...batchFeeds(batch), ...this.#parameters.feeds });
      smoothed += Number(result.smoothed!.data[0]);
      nll += Number(result.nll!.data[0]);
      tokens += Number(result.tokens!.data[0]);
    }
    return { loss: smoothed / tokens, nll: nll / tokens };
  }

  /** BLEU of translations of a held-out set, as the config's `evaluation` section says. */
  async bleu(set: HeldOut, onProgress?: (done: number, total: number) => void): Promise<HeldOutBleu> {
    const { text, bleu } = this.#config.evaluation;
    const outputs = await this.#translator.translate(set.text.src, onProgress);
    const { preprocessor } = this.#data.languages.tgt;
    const plain = outputs.map((hypotheses) => hypotheses[0]!.text);
    const hypotheses = text === 'raw' ? plain.map((line) => preprocessor.undo(line)) : plain;
    const references = text === 'raw' ? set.raw.tgt : set.text.tgt;
    const metric = buildBleu(bleu);
    return {
      score: metric.score(hypotheses, [references]),
      signature: metric.signature(1),
      hypotheses,
      references,
    };
  }
}
