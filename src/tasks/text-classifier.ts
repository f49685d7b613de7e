// From a run of classification to classes of texts: tokenizer, parameters, probabilities.
import { Sequences } from '../data/sequences.ts';
import { Session } from '../runtime/session.ts';
import { classProbabilities, mostProbable } from './class-probabilities.ts';
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
    const probabilities = await classProbabilities(sequences, {
      session: this.#session,
      ids,
      numClasses: this.classes.length,
      peakBytes: this.#peakBytes,
      onProgress,
      signal,
    });
    return probabilities.map((of) => ({ label: this.classes[mostProbable(of).index]!, probabilities: of }));
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
