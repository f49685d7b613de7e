// From a run to a parser of sentences: tokenizer, parameters, chart.
import { Session } from '../../runtime/session.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { loadWeights, type OpenRun } from '../open-run.ts';
import {
  buildChartGraph,
  type ChartModel,
  type ChartRun,
  loadChartModel,
  scoreSentences,
} from './chart-model.ts';
import type { ChartConfig } from './config.ts';
import { type ChartParse, readChart } from './parse.ts';

export interface ChartParserSettings {
  threads?: number;
  /** The name of a checkpoint, such as `best`, instead of the run's own choice. */
  checkpoint?: string | undefined;
  /** Called for each sentence that was cut to fit the model: its number from 0 and the pieces it had. */
  onTruncated?: (sentence: number, pieces: number) => void;
}

export class ChartParser {
  readonly #model: ChartModel;
  readonly #run: Pick<ChartRun, 'session' | 'peakBytes'>;
  readonly #settings: ChartParserSettings;

  private constructor(
    model: ChartModel,
    run: Pick<ChartRun, 'session' | 'peakBytes'>,
    settings: ChartParserSettings,
  ) {
    this.#model = model;
    this.#run = run;
    this.#settings = settings;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(
    { folder, config }: OpenRun<ChartConfig>,
    settings: ChartParserSettings = {},
  ): Promise<ChartParser> {
    const model = loadChartModel(config, folder);
    const weights = loadWeights({ folder }, settings.checkpoint);
    const graph = buildChartGraph(model, weights.tensors);
    weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    return new ChartParser(model, { session, peakBytes: graph.peakBytes }, settings);
  }

  get tokenizer(): Tokenizer {
    return this.#model.reader.tokenizer;
  }

  /** Ids of the pieces of a sentence in words. */
  encode(words: readonly string[]): number[] {
    return this.#model.reader.encode(words);
  }

  /**
   * The tree of each sentence, given in words as treebanks have them; undefined where it has none. With `told` also its
   * score and the confidence of its constituents.
   */
  async parse(
    sentences: readonly (readonly string[])[],
    { told = false, ...options }: { told?: boolean } & Pick<ChartRun, 'onProgress' | 'signal'> = {},
  ): Promise<(ChartParse | undefined)[]> {
    const { reader, known } = this.#model;
    const given = [...sentences.keys()].filter((i) => sentences[i]!.length > 0);
    const read = given.map((i) => {
      const words = sentences[i]!;
      const sentence = reader.read(words);
      if (sentence.words.length - 2 < words.length)
        this.#settings.onTruncated?.(i, reader.encode(words).length);
      return sentence;
    });
    const parses = new Array<ChartParse | undefined>(sentences.length).fill(undefined);
    await scoreSentences(this.#model, read, { ...this.#run, ...options }, (r, scored) => {
      const i = given[r]!;
      parses[i] = readChart(scored, known.labels, sentences[i]!, told);
    });
    return parses;
  }

  async release(): Promise<void> {
    await this.#run.session.release();
  }
}
