// Scoring parameters on held-out text: loss on teacher-forced batches, the task's figure on searched outputs.
import type { Batch } from '../data/batch.ts';
import { type BatchShape, largestShapes, orderedBatches } from '../data/batches.ts';
import type { Translator } from '../predict/translator.ts';
import type { Judged, Task, TaskText } from '../run/task.ts';
import type { Session } from '../runtime/session.ts';
import type { Parameters } from './parameters.ts';
import type { PreparedData } from './prepare-data.ts';
import { batchFeeds } from './train-step.ts';

/** Positions of a batch that only runs forward. */
const BATCH_TOKENS = 4096;

export interface HeldOutLoss {
  /** Label-smoothed loss and negative log-likelihood, nats a target token. */
  loss: number;
  nll: number;
}

export class Validator {
  readonly #task: Task;
  readonly #session: Session;
  readonly #parameters: Parameters;
  readonly #translator: Translator;
  readonly #batches: Batch[];

  constructor(data: PreparedData, session: Session, parameters: Parameters, translator: Translator) {
    this.#task = data.task;
    this.#session = session;
    this.#parameters = parameters;
    this.#translator = translator;
    this.#batches = orderedBatches(data.validPairs, data.languages.ids, { batchTokens: BATCH_TOKENS });
  }

  /** The batches that may take most memory. */
  largest(): BatchShape[] {
    return largestShapes(
      this.#batches.map(({ rows, srcLength, tgtLength }) => ({ B: rows, S: srcLength, T: tgtLength })),
    );
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

  /** The task's judgement of the outputs for a held-out set. */
  async score(set: TaskText, onProgress?: (done: number, total: number) => void): Promise<Judged> {
    const outputs = await this.#translator.translate(set.text.src, onProgress);
    return this.#task.judge(
      // None where the model's scores are not finite.
      outputs.map((hypotheses) => hypotheses[0]?.text ?? ''),
      set,
    );
  }
}
