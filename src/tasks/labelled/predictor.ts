// From a run to labels of texts: tokenizer, parameters, answers.
import { Session } from '../../runtime/session.ts';
import { loadWeights, type OpenRun } from '../open-run.ts';
import type { LabelledConfig } from './config.ts';
import { buildLabelGraph, findAnswers, type Labeller, loadLabeller } from './labeller.ts';
import type { Row, RowForm } from './splits.ts';
import type { AnyTarget } from './target.ts';

export interface PredictorSettings {
  threads?: number;
  /** The name of a checkpoint, such as `best`, instead of the run's own choice. */
  checkpoint?: string | undefined;
  /** Called for each row that was cut to fit the model: its number from 0 and the pieces it had. */
  onTruncated?: (row: number, pieces: number) => void;
}

export class Predictor {
  readonly #session: Session;
  readonly #labeller: Labeller;
  readonly #settings: PredictorSettings;
  readonly #peakBytes: (sizes: Record<string, number>) => number;

  private constructor(
    session: Session,
    labeller: Labeller,
    settings: PredictorSettings,
    peakBytes: (sizes: Record<string, number>) => number,
  ) {
    this.#session = session;
    this.#labeller = labeller;
    this.#settings = settings;
    this.#peakBytes = peakBytes;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(
    { folder, config }: OpenRun<LabelledConfig>,
    settings: PredictorSettings = {},
  ): Promise<Predictor> {
    const labeller = loadLabeller(config, folder);
    const weights = loadWeights({ folder }, settings.checkpoint);
    const graph = buildLabelGraph(labeller, weights.tensors);
    weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    return new Predictor(session, labeller, settings, graph.peakBytes);
  }

  /** What its rows are. */
  get form(): RowForm {
    return this.#labeller.reader.form;
  }

  /** What it tells of them. */
  get target(): AnyTarget {
    return this.#labeller.target;
  }

  /** The answer to each row, for the target to read. An aborted signal ends the work before the next batch. */
  async predict(
    rows: readonly Row[],
    { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
  ): Promise<unknown[]> {
    const encoded = this.#labeller.reader.readAll(rows, this.#settings.onTruncated);
    return findAnswers(this.#labeller, encoded, {
      session: this.#session,
      peakBytes: this.#peakBytes,
      onProgress,
      signal,
    });
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
