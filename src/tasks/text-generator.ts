// From a run of a language model to continuations of prompts: tokenizer, parameters, search.
import { buildContinuationGraph } from '../decode/continuation-graph.ts';
import type { ExportedModel } from '../graph/export.ts';
import { Session, Tensor } from '../runtime/session.ts';
import { requireMemory } from '../util/memory.ts';
import { notScored, readHypotheses } from './hypotheses.ts';
import { buildLm, type GenerateConfig, generateSchema, type LmConfig } from './lm.ts';
import { loadLmTokenizer } from './lm-text.ts';
import { loadWeights, type OpenRun } from './open-run.ts';
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
  /** log p, or that by the length penalty. */
  score: number;
}

/** Prompts that are continued together. */
const MAX_ROWS = 32;

/** A graph in its session: of prompts of one token, or of more. */
interface Search {
  session: Session;
  peakBytes: ExportedModel['peakBytes'];
}

interface Parts {
  open: (hasPrefix: boolean) => Promise<Search>;
  encode: (prompt: string, index: number) => Int32Array;
  decode: (ids: number[]) => string;
  maxTokens: number;
}

export class TextGenerator {
  readonly #parts: Parts;
  readonly #searches = new Map<boolean, Promise<Search>>();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(
    { folder, config }: OpenRun<LmConfig>,
    settings: GeneratorSettings = {},
  ): Promise<TextGenerator> {
    const tokenizer = loadLmTokenizer(config, folder);
    const ids = specialIds([tokenizer]);
    const decode = generateSchema.parse({ ...config.decode, ...settings.decode });
    const weights = loadWeights({ folder }, settings.checkpoint);
    const model = buildLm(config, tokenizer);
    const open = async (hasPrefix: boolean): Promise<Search> => {
      const graph = buildContinuationGraph(model, { decode, hasPrefix, ids, weights: weights.tensors });
      weights.check(graph.parameters);
      const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
      return { session, peakBytes: graph.peakBytes };
    };
    const longest = config.model.maxLength - 1;
    const encode = (prompt: string, index: number): Int32Array => {
      const tokens = [ids.eosId, ...tokenizer.encode(prompt)];
      if (tokens.length <= longest) return Int32Array.from(tokens);
      settings.onTruncated?.(index, tokens.length - 1);
      return Int32Array.from(tokens.slice(-longest));
    };
    const generator = new TextGenerator({
      open,
      encode,
      decode: (tokens) => tokenizer.decode(tokens),
      maxTokens: decode.maxTokens,
    });
    // Damage is told before anything is asked.
    await generator.#search(true);
    return generator;
  }

  /** Continuations of each prompt, best first. An aborted signal ends the work before the next batch. */
  async generate(
    prompts: readonly string[],
    { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
  ): Promise<Continuation[][]> {
    const encoded = prompts.map((prompt, i) => this.#parts.encode(prompt, i));
    const results: Continuation[][] = prompts.map(() => []);
    let done = 0;
    for (const rows of batchByLength(encoded)) {
      signal?.throwIfAborted();
      const found = await this.#continue(rows.map((i) => encoded[i]!));
      for (const [r, i] of rows.entries()) {
        if (found[r]!.length === 0) throw notScored('continuation of', prompts[i]!);
        results[i] = found[r]!;
      }
      done += rows.length;
      onProgress?.(done);
    }
    return results;
  }

  async release(): Promise<void> {
    for (const search of this.#searches.values()) await (await search).session.release();
  }

  #search(hasPrefix: boolean): Promise<Search> {
    const known = this.#searches.get(hasPrefix) ?? this.#parts.open(hasPrefix);
    this.#searches.set(hasPrefix, known);
    return known;
  }

  /** Prompts of one length. */
  async #continue(prompts: readonly Int32Array[]): Promise<Continuation[][]> {
    const [rows, length] = [prompts.length, prompts[0]!.length - 1];
    const { session, peakBytes } = await this.#search(length > 0);
    requireMemory(
      peakBytes({ B: rows, ...(length > 0 && { L: length }) }),
      'the search for continuations',
      'lower decode.beamSize or decode.maxTokens (--beam-size, --max-tokens)',
    );
    const prefix = new Int32Array(rows * length);
    for (const [r, prompt] of prompts.entries()) prefix.set(prompt.subarray(0, length), r * length);
    const last = Int32Array.from(prompts, (prompt) => prompt[length]!);
    const limits = new BigInt64Array(rows).fill(BigInt(this.#parts.maxTokens));
    const result = await session.run({
      ...(length > 0 && { prefix: new Tensor('int32', prefix, [rows, length]) }),
      last: new Tensor('int32', last, [rows]),
      limits: new Tensor('int64', limits, [rows]),
    });
    return readHypotheses(result).map((found) =>
      found.map(({ ids, score }) => ({ text: this.#parts.decode(ids), score })),
    );
  }
}

/** Positions of prompts of one length each, at most MAX_ROWS together. */
function batchByLength(prompts: readonly Int32Array[]): number[][] {
  const byLength = new Map<number, number[]>();
  for (const [i, { length }] of prompts.entries()) byLength.set(length, [...(byLength.get(length) ?? []), i]);
  return [...byLength.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / MAX_ROWS) }, (_, k) =>
      all.slice(k * MAX_ROWS, (k + 1) * MAX_ROWS),
    ),
  );
}
