// From a run to labels of texts: tokenizer, parameters, answers.
import type { ExportedModel } from '../../graph/export.ts';
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

interface Opened {
  session: Session;
  peakBytes: ExportedModel['peakBytes'];
}

export class Predictor {
  readonly #labeller: Labeller;
  readonly #settings: PredictorSettings;
  readonly #open: (packed: boolean) => Promise<Opened>;
  /** For a row by itself and for several, made when they are first needed. */
  readonly #opened = new Map<boolean, Promise<Opened>>();

  private constructor(
    labeller: Labeller,
    settings: PredictorSettings,
    open: (packed: boolean) => Promise<Opened>,
  ) {
    this.#labeller = labeller;
    this.#settings = settings;
    this.#open = open;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(
    { folder, config }: OpenRun<LabelledConfig>,
    settings: PredictorSettings = {},
  ): Promise<Predictor> {
    const labeller = loadLabeller(config, folder);
    const weights = loadWeights({ folder }, settings.checkpoint);
    weights.check(buildLabelGraph(labeller).parameters);
    return new Predictor(labeller, settings, async (packed) => {
      const { model, peakBytes } = buildLabelGraph(labeller, { weights: weights.tensors, packed });
      return { session: await Session.create(model, { threads: settings.threads ?? 0 }), peakBytes };
    });
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
    const packed = rows.length > 1;
    const opened = this.#opened.get(packed) ?? this.#open(packed);
    this.#opened.set(packed, opened);
    return findAnswers(this.#labeller, encoded, { ...(await opened), onProgress, signal });
  }

  async release(): Promise<void> {
    for (const opened of this.#opened.values()) await (await opened).session.release();
  }
}
