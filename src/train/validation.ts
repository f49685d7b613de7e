// Scoring parameters on held-out text: loss on teacher-forced batches, the task's figure on searched outputs.
import type { Batch } from '../data/batch.ts';
import { findLargest, orderedBatches } from '../data/batches.ts';
import { pairExamples } from '../data/pairs.ts';
import type { Objective } from '../objectives/objective.ts';
import type { Translator } from '../predict/translator.ts';
import type { Judged, Task, TaskText } from '../run/task.ts';
import type { Session } from '../runtime/session.ts';
import { addTotals, computeMeans, type Totals } from './means.ts';
import type { Figures } from './observer.ts';
import type { Parameters } from './parameters.ts';
import type { PreparedData } from './prepare-data.ts';
import { batchFeeds, readSums } from './train-step.ts';

/** Positions of a batch that only runs forward. */
const BATCH_TOKENS = 4096;

export class Validator {
  readonly #task: Task;
  readonly #objective: Objective;
  readonly #session: Session;
  readonly #parameters: Parameters;
  readonly #translator: Translator;
  readonly #batches: Batch[];

  constructor(
    data: PreparedData,
    objective: Objective,
    session: Session,
    parameters: Parameters,
    translator: Translator,
  ) {
    this.#task = data.task;
    this.#objective = objective;
    this.#session = session;
    this.#parameters = parameters;
    this.#translator = translator;
    const examples = pairExamples(data.validPairs, data.languages.ids);
    this.#batches = orderedBatches(examples, { batchTokens: BATCH_TOKENS });
  }

  /** Sizes of the batches that may take most memory. */
  largest(): Batch['sizes'][] {
    const sizes = this.#batches.map((batch) => batch.sizes);
    const extent = ({ B = 0, ...lengths }: Batch['sizes']): [number, number] => [
      B,
      Math.max(...Object.values(lengths)),
    ];
    return findLargest(sizes.length, (k) => extent(sizes[k]!)).map((k) => sizes[k]!);
  }

  /** The loss on the validation set, and the objective's figures by name. */
  async means(): Promise<Figures> {
    const [sums, weights]: [Totals, Totals] = [{}, {}];
    for (const batch of this.#batches) {
      const result = await this.#session.run({ ...batchFeeds(batch), ...this.#parameters.feeds });
      addTotals(sums, readSums(this.#objective, result));
      addTotals(weights, batch.weights);
    }
    return computeMeans(this.#objective, sums, weights);
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
