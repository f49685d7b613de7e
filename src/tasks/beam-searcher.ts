// Runs the beam search of a decoder alone over prompts.
import type { SpecialIds } from '../data/pairs.ts';
import type { ExportedModel } from '../graph/export.ts';
import { Session, Tensor } from '../runtime/session.ts';
import { requireMemory } from '../util/memory.ts';
import { type Found, readHypotheses } from './hypotheses.ts';

export class BeamSearcher {
  readonly #session: Session;
  readonly #peakBytes: ExportedModel['peakBytes'];
  readonly #ids: SpecialIds;

  private constructor(session: Session, peakBytes: ExportedModel['peakBytes'], ids: SpecialIds) {
    this.#session = session;
    this.#peakBytes = peakBytes;
    this.#ids = ids;
  }

  /** Over a graph of `buildContinuationGraph`. */
  static async open(
    { model, peakBytes }: ExportedModel,
    { ids, threads }: { ids: SpecialIds; threads: number },
  ): Promise<BeamSearcher> {
    return new BeamSearcher(await Session.create(model, { threads }), peakBytes, ids);
  }

  /** The hypotheses behind each prompt of at least one token, best first, of `maxTokens` at most. */
  async search(prompts: readonly Int32Array[], maxTokens: number): Promise<Found[][]> {
    const rows = prompts.length;
    const length = Math.max(1, ...prompts.map((prompt) => prompt.length - 1));
    requireMemory(
      this.#peakBytes({ B: rows, L: length }),
      'the search for continuations',
      'lower decode.beamSize or decode.maxTokens (--beam-size, --max-tokens)',
    );
    const prefix = new Int32Array(rows * length).fill(this.#ids.padId);
    const paddingOf = (prompt: Int32Array) => length + 1 - prompt.length;
    for (const [r, prompt] of prompts.entries())
      prefix.set(prompt.subarray(0, -1), r * length + paddingOf(prompt));
    const last = Int32Array.from(prompts, (prompt) => prompt.at(-1)!);
    const result = await this.#session.run({
      prefix: new Tensor('int32', prefix, [rows, length]),
      padding: new Tensor(
        'int64',
        BigInt64Array.from(prompts, (one) => BigInt(paddingOf(one))),
        [rows],
      ),
      last: new Tensor('int32', last, [rows]),
      limits: new Tensor('int64', new BigInt64Array(rows).fill(BigInt(maxTokens)), [rows]),
    });
    return readHypotheses(result);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
