// Runs a sampling graph piece by piece, for rows that begin and end at their own places.
import type { SpecialIds } from '../data/pairs.ts';
import type { SamplingConfig } from '../decode/config.ts';
import { isDrawn, isPenalized } from '../decode/sampling.ts';
import { grownName, type SamplingGraph } from '../decode/sampling-graph.ts';
import { type Feeds, Session, Tensor } from '../runtime/session.ts';
import { requireMemory } from '../util/memory.ts';
import { sum } from '../util/sum.ts';

/** A text that is written. */
export interface SampledRow {
  /** At least one token. */
  prompt: Int32Array;
  /** The most tokens that it gets, eos counted. */
  limit: number;
  /** The next of its random numbers in [0, 1); asked for only where tokens are drawn, in order. */
  draw(): number;
  /** Takes the next token, its log-probability beside it; whether the text goes on. */
  take(token: number, logProb: number): boolean;
}

export interface SampleOptions {
  /** Tokens written before they are handed out. */
  pieceSize: number;
  signal?: AbortSignal | undefined;
}

interface OpenRow {
  row: SampledRow;
  padding: number;
  written: number[];
}

export class TokenSampler {
  readonly #session: Session;
  readonly #graph: Pick<SamplingGraph, 'caches' | 'peakBytes'>;
  readonly #sampling: SamplingConfig;
  readonly #ids: SpecialIds;
  readonly #vocabSize: number;
  readonly #parameters: Feeds;

  private constructor(session: Session, graph: SamplingGraph, options: SamplerOptions) {
    this.#session = session;
    this.#graph = graph;
    this.#sampling = options.sampling;
    this.#ids = options.ids;
    this.#vocabSize = options.vocabSize;
    this.#parameters = options.parameters ?? {};
  }

  static async open(graph: SamplingGraph, options: SamplerOptions): Promise<TokenSampler> {
    return new TokenSampler(await Session.create(graph.model, { threads: options.threads }), graph, options);
  }

  /**
   * Writes all rows, together; gives the most bytes that the caches held between pieces. An aborted signal ends it after
   * the piece that is under way.
   */
  async sample(
    rows: readonly SampledRow[],
    { pieceSize, signal }: SampleOptions,
  ): Promise<{ cacheBytes: number }> {
    const longest = Math.max(...rows.map(({ prompt }) => prompt.length));
    this.#requireMemory(rows.length, longest, Math.max(...rows.map(({ limit }) => limit)));
    let open = rows.map((row): OpenRow => ({ row, padding: longest - row.prompt.length, written: [] }));
    let ids = open.map(({ row, padding }) => {
      const padded = new Int32Array(longest).fill(this.#ids.padId);
      padded.set(row.prompt, padding);
      return padded;
    });
    let caches: Tensor[] = this.#graph.caches.map(
      ({ size }) => new Tensor('float32', new Float32Array(0), [open.length, ...(size(0) as number[])]),
    );
    let cacheBytes = 0;
    while (open.length > 0) {
      signal?.throwIfAborted();
      const steps = Math.min(pieceSize, Math.max(...open.map(left)));
      const result = await this.#session.run(this.#feeds(open, ids, caches, steps));
      const goesOn = open.map((one, r) => this.#handOut(one, r, result));
      const grown = this.#graph.caches.map(({ name }) => result[grownName(name)]!);
      cacheBytes = Math.max(cacheBytes, sum(grown.map(({ data }) => (data as Float32Array).byteLength)));
      caches = goesOn.every(Boolean) ? grown : grown.map((cache) => selectRows(cache, goesOn));
      open = open.filter((_, r) => goesOn[r]);
      ids = open.map(({ written }) => Int32Array.of(written.at(-1)!));
    }
    return { cacheBytes };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** Of reading the prompts at once, and of the longest texts. */
  #requireMemory(rows: number, prompt: number, limit: number): void {
    const whole = prompt + limit;
    const bytes = Math.max(
      this.#graph.peakBytes({ B: rows, L: prompt, P: 0, C: prompt }),
      this.#graph.peakBytes({ B: rows, L: 1, P: whole, C: whole }),
    );
    const remedy = 'lower decode.maxTokens (--max-tokens), or give fewer or shorter prompts';
    requireMemory(bytes, 'writing continuations', remedy);
  }

  /** A row's tokens of a piece, as far as it takes them; whether it goes on. */
  #handOut(one: OpenRow, row: number, { tokens, logProbs }: Readonly<Record<string, Tensor>>): boolean {
    const width = tokens!.dims[1]!;
    for (let m = row * width; m < (row + 1) * width; m++) {
      const token = (tokens!.data as Int32Array)[m]!;
      one.written.push(token);
      if (!one.row.take(token, (logProbs!.data as Float32Array)[m]!)) return false;
      if (token === this.#ids.eosId || left(one) === 0) return false;
    }
    return true;
  }

  #feeds(
    open: readonly OpenRow[],
    ids: readonly Int32Array[],
    caches: readonly Tensor[],
    steps: number,
  ): Feeds {
    const rows = open.length;
    const length = ids[0]!.length;
    const whole = new Int32Array(rows * length);
    for (const [r, row] of ids.entries()) whole.set(row, r * length);
    const counts = (of: (one: OpenRow) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(open, (one) => BigInt(of(one))),
        [rows],
      );
    return {
      ids: new Tensor('int32', whole, [rows, length]),
      padding: counts(({ padding }) => padding),
      limits: counts(left),
      steps: new Tensor('int64', BigInt64Array.of(BigInt(steps)), []),
      ...Object.fromEntries(this.#graph.caches.map(({ name }, i) => [name, caches[i]!])),
      ...this.#parameters,
      ...(isDrawn(this.#sampling) && { uniforms: drawAll(open, steps) }),
      ...(isPenalized(this.#sampling) && { seen: this.#seen(open) }),
    };
  }

  /** The tokens of each text so far, bool [B, V]. */
  #seen(open: readonly OpenRow[]): Tensor {
    const seen = new Uint8Array(open.length * this.#vocabSize);
    for (const [r, { row, written }] of open.entries()) {
      for (const token of row.prompt) seen[r * this.#vocabSize + token] = 1;
      for (const token of written) seen[r * this.#vocabSize + token] = 1;
    }
    return new Tensor('bool', seen, [open.length, this.#vocabSize]);
  }
}

export interface SamplerOptions {
  sampling: SamplingConfig;
  ids: SpecialIds;
  vocabSize: number;
  threads: number;
  /** Of a graph that has none inside: views of them, which may change from one piece to the next. */
  parameters?: Feeds | undefined;
}

/** The tokens that a text may still get. */
const left = ({ row, written }: OpenRow): number => row.limit - written.length;

/** A random number for each token, [steps, B]. */
function drawAll(open: readonly OpenRow[], steps: number): Tensor {
  const uniforms = new Float32Array(steps * open.length);
  for (const [r, one] of open.entries())
    for (let s = 0; s < Math.min(steps, left(one)); s++) uniforms[s * open.length + r] = one.row.draw();
  return new Tensor('float32', uniforms, [steps, open.length]);
}

/** The rows of a tensor [B, ...] that are kept. */
function selectRows(tensor: Tensor, isKept: readonly boolean[]): Tensor {
  const size = tensor.dims.slice(1).reduce((a, b) => a * b, 1);
  const rows = isKept.flatMap((kept, r) => (kept ? [r] : []));
  const data = new Float32Array(rows.length * size);
  for (const [at, r] of rows.entries())
    data.set((tensor.data as Float32Array).subarray(r * size, (r + 1) * size), at * size);
  return new Tensor('float32', data, [rows.length, ...tensor.dims.slice(1)]);
}
