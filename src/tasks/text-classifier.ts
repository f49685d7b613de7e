// From a run of classification to classes of texts: tokenizer, parameters, probabilities.
import { longestFirst } from '../data/batches.ts';
import { labelledExamples } from '../data/labelled.ts';
import { Sequences } from '../data/sequences.ts';
import { Session, Tensor } from '../runtime/session.ts';
import { requireMemory } from '../util/memory.ts';
import {
  buildClassGraph,
  type ClassificationConfig,
  type Classifier,
  loadClassifier,
} from './classification.ts';
import { loadWeights, type OpenRun } from './open-run.ts';

export interface ClassifierSettings {
  threads?: number;
  /** The name of a checkpoint, such as `best`, instead of the run's own choice. */
  checkpoint?: string | undefined;
  /** Called for each text that was cut to fit the model: its number from 0 and the tokens it had. */
  onTruncated?: (line: number, tokens: number) => void;
}

export interface Classified {
  label: string;
  /** Of every class, in the order of `TextClassifier.classes`. */
  probabilities: number[];
}

const BATCH_TOKENS = 4096;
const MAX_ROWS = 128;

export class TextClassifier {
  readonly classes: readonly string[];
  readonly #session: Session;
  readonly #classifier: Classifier;
  readonly #settings: ClassifierSettings;
  readonly #peakBytes: (sizes: Record<string, number>) => number;

  private constructor(
    session: Session,
    classifier: Classifier,
    settings: ClassifierSettings,
    peakBytes: (sizes: Record<string, number>) => number,
  ) {
    this.classes = classifier.classes;
    this.#session = session;
    this.#classifier = classifier;
    this.#settings = settings;
    this.#peakBytes = peakBytes;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(
    { folder, config }: OpenRun<ClassificationConfig>,
    settings: ClassifierSettings = {},
  ): Promise<TextClassifier> {
    const classifier = loadClassifier(config, folder);
    const weights = loadWeights({ folder }, settings.checkpoint);
    const graph = buildClassGraph(classifier, weights.tensors);
    weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    return new TextClassifier(session, classifier, settings, graph.peakBytes);
  }

  /** The class of each text. An aborted signal ends the work before the next batch. */
  async classify(
    texts: readonly string[],
    { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
  ): Promise<Classified[]> {
    const { encode, ids } = this.#classifier;
    const { onTruncated } = this.#settings;
    const sequences = Sequences.build(texts.length, (i) =>
      encode(texts[i]!, (tokens) => onTruncated?.(i, tokens)),
    );
    const examples = labelledExamples(sequences, new Int32Array(texts.length), ids);
    const results = new Array<Classified>(texts.length);
    let done = 0;
    for (const rows of longestFirst(examples, BATCH_TOKENS, MAX_ROWS)) {
      signal?.throwIfAborted();
      const { inputs, sizes } = examples.collate(rows, {});
      requireMemory(this.#peakBytes({ ...sizes }), 'a batch of texts', 'give shorter texts');
      const { data, dims } = inputs.ids!;
      const found = await this.#session.run({ ids: new Tensor('int32', data as Int32Array, [...dims]) });
      const all = found.probabilities!.data as Float32Array;
      for (const [r, i] of rows.entries()) {
        const probabilities = [...all.subarray(r * this.classes.length, (r + 1) * this.classes.length)];
        const best = probabilities.indexOf(Math.max(...probabilities));
        results[i] = { label: this.classes[best]!, probabilities };
      }
      done += rows.length;
      onProgress?.(done);
    }
    return results;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
