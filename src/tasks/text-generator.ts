// From a run of a language model to continuations of prompts: tokenizer, parameters, and the search or the sampler.
import type { SpecialIds } from '../data/pairs.ts';
import { buildContinuationGraph } from '../decode/continuation-graph.ts';
import { buildSamplingGraph } from '../decode/sampling-graph.ts';
import { Rng } from '../util/rng.ts';
import { BeamSearcher } from './beam-searcher.ts';
import { GrowingText } from './growing-text.ts';
import { notScored } from './hypotheses.ts';
import { buildLm, type LmConfig } from './lm.ts';
import { type GenerateConfig, generateSchema, isSearched } from './lm-decode.ts';
import { loadWeights, type OpenRun } from './open-run.ts';
import { loadTextTokenizer } from './running-text.ts';
import { TokenSampler } from './token-sampler.ts';
import { specialIds } from './tokenizers.ts';

export interface GeneratorSettings {
  /** Replaces settings of the run's `decode` section. */
  decode?: Partial<GenerateConfig>;
  threads?: number;
  /** The name of a checkpoint, such as `best`, instead of the run's own choice. */
  checkpoint?: string | undefined;
  /** Called for each prompt that was cut at its start: its number from 0 and the tokens it had. */
  onTruncated?: (line: number, tokens: number) => void;
}

export interface Continuation {
  /** Without the prompt. */
  text: string;
  /** log p, of a beam search by its length penalty. */
  score: number;
}

export interface GenerateOptions {
  /** The number of the first prompt, from 0, where they are part of a longer list: it decides what is drawn. */
  first?: number;
  onProgress?: (done: number) => void;
  /** Hears what is written as it is, of the first continuation of each prompt; not of a beam search. */
  onText?: (prompt: number, text: string) => void;
  signal?: AbortSignal;
}

/** Texts that are written together. */
const MAX_ROWS = 32;
/** Tokens between two looks at what is written, and where somebody watches. */
const [PIECE, WATCHED_PIECE] = [32, 4];

interface Parts {
  writer: BeamSearcher | TokenSampler;
  decode: GenerateConfig;
  maxLength: number;
  /** The ids of a prompt, behind the token that documents begin with. */
  encode: (prompt: string, index: number) => Int32Array;
  toText: (ids: readonly number[]) => string;
  ids: SpecialIds;
}

/** One of the continuations of a prompt. */
interface Job {
  prompt: number;
  ids: Int32Array;
  text: GrowingText;
  rng: Rng;
}

export class TextGenerator {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(
    { folder, config }: OpenRun<LmConfig>,
    settings: GeneratorSettings = {},
  ): Promise<TextGenerator> {
    const tokenizer = loadTextTokenizer(config, folder);
    const ids = specialIds([tokenizer]);
    const decode = generateSchema.parse({ ...config.decode, ...settings.decode });
    const { tensors: weights, check } = loadWeights({ folder }, settings.checkpoint);
    const model = buildLm(config, tokenizer);
    const { threads = 0, onTruncated } = settings;
    const open = async () => {
      if (isSearched(decode)) {
        const graph = buildContinuationGraph(model, { decode, ids, weights });
        check(graph.parameters);
        return BeamSearcher.open(graph, { ids, threads });
      }
      const graph = buildSamplingGraph(model, { sampling: decode, ids, weights });
      check(graph.parameters);
      return TokenSampler.open(graph, { sampling: decode, ids, vocabSize: tokenizer.size, threads });
    };
    const { maxLength } = config.model;
    return new TextGenerator({
      writer: await open(),
      decode,
      maxLength,
      encode: (prompt, index) => {
        const tokens = [ids.eosId, ...tokenizer.encode(prompt)];
        if (tokens.length < maxLength) return Int32Array.from(tokens);
        onTruncated?.(index, tokens.length - 1);
        return Int32Array.from(tokens.slice(1 - maxLength));
      },
      toText: (tokens) => tokenizer.decode(tokens),
      ids,
    });
  }

  /**
   * Continuations of each prompt: of a search the best first, else in the order in which they were drawn. An aborted
   * signal ends the work before the next batch or piece.
   */
  async generate(prompts: readonly string[], options: GenerateOptions = {}): Promise<Continuation[][]> {
    const encoded = prompts.map((prompt, i) => this.#parts.encode(prompt, i));
    const { writer } = this.#parts;
    const found =
      writer instanceof BeamSearcher
        ? await this.#search(writer, encoded, options)
        : await this.#sample(writer, encoded, options);
    for (const [i, continuations] of found.entries()) {
      const isScored = continuations.length > 0 && continuations.every(({ score }) => Number.isFinite(score));
      if (!isScored) throw notScored('continuation of', prompts[i]!);
    }
    return found;
  }

  async release(): Promise<void> {
    await this.#parts.writer.release();
  }

  async #search(
    searcher: BeamSearcher,
    prompts: readonly Int32Array[],
    { onProgress, signal }: GenerateOptions,
  ): Promise<Continuation[][]> {
    const { toText, decode } = this.#parts;
    const results: Continuation[][] = prompts.map(() => []);
    let done = 0;
    for (const rows of batches(prompts.keys(), (i) => prompts[i]!.length)) {
      signal?.throwIfAborted();
      const found = await searcher.search(
        rows.map((i) => prompts[i]!),
        decode.maxTokens,
      );
      for (const [r, i] of rows.entries())
        results[i] = found[r]!.map(({ ids, score }) => ({ text: toText(ids), score }));
      done += rows.length;
      onProgress?.(done);
    }
    return results;
  }

  async #sample(
    sampler: TokenSampler,
    prompts: readonly Int32Array[],
    { first = 0, onProgress, onText, signal }: GenerateOptions,
  ): Promise<Continuation[][]> {
    const { decode, maxLength, toText, ids } = this.#parts;
    const rng = Rng.fromSeed(decode.seed);
    const jobs = prompts.flatMap((prompt, i) =>
      Array.from({ length: decode.nBest }, (_, k): Job => {
        const told = onText && k === 0 ? (text: string) => onText(i, text) : undefined;
        const text = new GrowingText({ toText, stop: decode.stop, eosId: ids.eosId, onText: told });
        return { prompt: i, ids: prompt, text, rng: rng.split(first + i).split(k) };
      }),
    );
    let done = 0;
    for (const batch of batches(jobs.keys(), (j) => jobs[j]!.ids.length)) {
      const rows = batch.map((j) => {
        const { ids: prompt, text, rng } = jobs[j]!;
        return {
          prompt,
          limit: Math.min(decode.maxTokens, maxLength + 1 - prompt.length),
          draw: () => draw(rng),
          take: (token: number, logProb: number) => text.take(token, logProb),
        };
      });
      await sampler.sample(rows, { pieceSize: onText ? WATCHED_PIECE : PIECE, signal });
      done += batch.length;
      onProgress?.(Math.floor(done / decode.nBest));
    }
    const results: Continuation[][] = prompts.map(() => []);
    for (const { prompt, text } of jobs) results[prompt]!.push(text.finish());
    return results;
  }
}

/** Uniform in [0, 1), far enough from 1 that a float32's product with it is less than the float32. */
const draw = (rng: Rng): number => (rng.uint32() >>> 10) / 2 ** 22;

/** Items of about the same length, at most MAX_ROWS together. */
function batches(items: Iterable<number>, lengthOf: (item: number) => number): number[][] {
  const sorted = [...items].sort((a, b) => lengthOf(a) - lengthOf(b));
  return Array.from({ length: Math.ceil(sorted.length / MAX_ROWS) }, (_, k) =>
    sorted.slice(k * MAX_ROWS, (k + 1) * MAX_ROWS),
  );
}
