// From a run to a parser of sentences: tokenizer, parameters, chart.
import { Session } from '../../runtime/session.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import type { PartialTree } from '../../trees/partial.ts';
import { UsageError } from '../../util/errors.ts';
import { side } from '../labelled/config.ts';
import { loadMembers, type OpenRun, requireSameFiles } from '../open-run.ts';
import { entryOf } from '../tokenizers.ts';
import {
  buildChartGraph,
  type ChartModel,
  type ChartRun,
  loadChartModel,
  scoreSentences,
} from './chart-model.ts';
import type { ChartConfig } from './config.ts';
import type { ChartParse } from './decoder.ts';
import { type Given, resolveGiven } from './given.ts';

export interface ChartParserSettings {
  /** Other runs, of the same treebank, whose scores count as much as its own. */
  ensemble?: readonly OpenRun<ChartConfig>[] | undefined;
  threads?: number;
  /** The name of a checkpoint, such as `best`, instead of the run's own choice. */
  checkpoint?: string | undefined;
  /** Called for each sentence that was cut to fit the model: its number from 0 and the pieces it had. */
  onTruncated?: (sentence: number, pieces: number) => void;
}

export interface ParseOptions extends Pick<ChartRun, 'onProgress' | 'signal'> {
  told?: boolean;
  count?: number | undefined;
  given?: readonly Given[] | undefined;
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
  static async load(run: OpenRun<ChartConfig>, settings: ChartParserSettings = {}): Promise<ChartParser> {
    const members = [run, ...(settings.ensemble ?? [])];
    requireAlike(members);
    const models = members.map(({ config, folder }) => loadChartModel(config, folder));
    const [model] = models as [ChartModel];
    const weights = loadMembers(members, settings.checkpoint);
    const graph = buildChartGraph(models, weights.tensors);
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

  /** What is given of a tree; a UserError where the run knows no such thing. */
  resolve(partial: PartialTree): Given {
    return resolveGiven(partial, this.#model.known);
  }

  /**
   * The trees of each sentence, given in words as treebanks have them: the best, or the `count` best; none where it has
   * no words. With `told` also scores and the confidence of constituents. `given` has what is known of each sentence.
   */
  async parse(
    sentences: readonly (readonly string[])[],
    { told = false, count, given: known, ...options }: ParseOptions = {},
  ): Promise<ChartParse[][]> {
    const { reader } = this.#model;
    const given = [...sentences.keys()].filter((i) => sentences[i]!.length > 0);
    const read = given.map((i) => {
      const words = sentences[i]!;
      const sentence = reader.read(words);
      if (sentence.words.length - 2 < words.length)
        this.#settings.onTruncated?.(i, reader.encode(words).length);
      return sentence;
    });
    const parses: ChartParse[][] = sentences.map(() => []);
    await scoreSentences(this.#model, read, { ...this.#run, ...options }, (r, readTrees) => {
      const i = given[r]!;
      parses[i] = readTrees(sentences[i]!, { told, count, given: known?.[i] });
    });
    return parses;
  }

  async release(): Promise<void> {
    await this.#run.session.release();
  }
}

/** What decides how sentences are read and what is told of them, beside the run's files. */
const readingOf = ({ decoder, parsing, head, characters, model }: ChartConfig) => ({
  decoder,
  parsing,
  'head.words': head.words,
  characters: characters !== undefined,
  'model.maxLength': model.maxLength,
});

/** A UsageError unless all runs read and tell the same as the first. */
function requireAlike(runs: readonly OpenRun<ChartConfig>[]): void {
  const [first] = runs as [OpenRun<ChartConfig>];
  const own = readingOf(first.config);
  for (const { folder, config } of runs) {
    const other = readingOf(config);
    const keys = Object.keys(own) as (keyof typeof own)[];
    const key = keys.find((one) => JSON.stringify(other[one]) !== JSON.stringify(own[one]));
    if (key !== undefined)
      throw new UsageError(
        `${folder.path}: its ${key} is not that of ${first.folder.path}; one ensemble has one`,
      );
  }
  const name = entryOf(first.config.tokenizers, side);
  requireSameFiles(runs, (folder) => folder.tokenizer(name), `the tokenizer ${name}`);
  requireSameFiles(runs, (folder) => folder.labels, 'what it knows of labels and tags');
}
