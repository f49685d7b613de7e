// The words that an encoder finds likely at the hidden places of texts.
import type { Batch } from '../data/batch.ts';
import { Sequences } from '../data/sequences.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { gather } from '../graph/ops/indexing.ts';
import { gemm } from '../graph/ops/matmul.ts';
import { softmax } from '../graph/ops/normalization.ts';
import { topK } from '../graph/ops/reduce.ts';
import { Scope } from '../nn/scope.ts';
import { Session, Tensor } from '../runtime/session.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { runEncoder } from './encoder-batches.ts';
import { type OpenEncoder, openEncoder } from './open-encoder.ts';

export interface FillerSettings {
  threads?: number;
  checkpoint?: string | undefined;
  /** Words told of each place. */
  top?: number;
  /** Called for each text that was cut to fit the model: its number from 0 and the pieces it had. */
  onTruncated?: (line: number, pieces: number) => void;
}

/** A word as the tokenizer spells its piece. */
export interface LikelyWord {
  piece: string;
  probability: number;
}

export class WordFiller {
  /** How a hidden word is written. */
  readonly mask: string;
  readonly #encoder: OpenEncoder;
  readonly #session: Session;
  readonly #graph: ExportedModel;
  readonly #settings: FillerSettings;
  readonly #maskId: number;

  private constructor(
    parts: { encoder: OpenEncoder; session: Session; graph: ExportedModel; maskId: number },
    settings: FillerSettings,
  ) {
    this.#encoder = parts.encoder;
    this.#session = parts.session;
    this.#graph = parts.graph;
    this.#maskId = parts.maskId;
    this.#settings = settings;
    this.mask = parts.encoder.reader.tokenizer.idToPiece(parts.maskId)!;
  }

  /**
   * Loads a run, or a checkpoint of transformers; a UserError where it has no head that tells words or no piece for a
   * hidden one, or its files are damaged.
   */
  static async load(path: string, settings: FillerSettings = {}): Promise<WordFiller> {
    const encoder = openEncoder(path, settings.checkpoint);
    const maskId = encoder.reader.tokenizer.special.mask;
    if (maskId === undefined) throw new UserError(`${path}: the tokenizer has no piece for a hidden word`);
    const { top = 5 } = settings;
    const { size } = encoder.reader.tokenizer;
    if (!(Number.isInteger(top) && top >= 1 && top <= size))
      throw new UsageError(
        `--top expects a whole number from 1 to ${size}, the pieces that there are, not ${top}`,
      );
    const graph = buildFillingGraph(encoder, top);
    encoder.weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    return new WordFiller({ encoder, session, graph, maskId }, { ...settings, top });
  }

  /** For each hidden place of each text, in order, the likeliest words. An aborted signal ends the work. */
  async fill(
    texts: readonly string[],
    { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
  ): Promise<LikelyWord[][][]> {
    const { tokenizer, padId } = this.#encoder.reader;
    const { top = 5, onTruncated } = this.#settings;
    const { ids } = this.#encoder.reader.readAll(
      texts.map((text) => [text]),
      onTruncated,
    );
    const asked = [...texts.keys()].filter((i) => ids.at(i).includes(this.#maskId));
    const found: LikelyWord[][][] = texts.map(() => []);
    const beside = (batch: Batch) => {
      const places = this.#placesOf(batch);
      const fed = new Tensor('int32', Int32Array.from(places), [places.length]);
      return { feeds: { places: fed }, sizes: { M: places.length } };
    };
    const { peakBytes } = this.#graph;
    const run = { session: this.#session, padId, peakBytes, beside, onProgress, signal };
    const rows = { ids: Sequences.build(asked.length, (i) => ids.at(asked[i]!)) };
    await runEncoder(rows, run, (batch, { probabilities, words }) => {
      for (const [m, place] of this.#placesOf(batch).entries()) {
        const ranks = Array.from({ length: top }, (_, rank) => m * top + rank);
        const likely = ranks.map((at) => ({
          piece: tokenizer.idToPiece(Number(words!.data[at]))!,
          probability: probabilities!.data[at] as number,
        }));
        found[asked[batch.rows[Math.floor(place / batch.sizes.S!)]!]!]!.push(likely);
      }
    });
    return found;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** The hidden places of a batch, counted over its rows. */
  #placesOf({ inputs }: Batch): number[] {
    const ids = inputs.ids!.data as Int32Array;
    return [...ids.keys()].filter((place) => ids[place] === this.#maskId);
  }
}

/**
 * `ids` int32 [B, S], padded, and `places` int32 [M] among the B·S of them, to the likeliest `words` int64 [M, top] there
 * and their `probabilities`. A UserError where the model does not tell words.
 */
function buildFillingGraph({ path, model, weights }: OpenEncoder, top: number): ExportedModel {
  if (model.predictWords === undefined || !weights.tensors.has('mlm.output.bias'))
    throw new UserError(`${path}: has no head that tells hidden words, as pretraining makes it`);
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const { rows } = model.encode(scope, graph.input('ids', 'int32', ['B', 'S']));
  const { output, table, bias } = model.predictWords(
    scope,
    gather(rows, graph.input('places', 'int32', ['M'])),
  );
  const { values, indices } = topK(softmax(gemm(output, table, bias, { transB: true })), top);
  return exportModel(graph, {
    outputs: { probabilities: values, words: indices },
    weights: weights.tensors,
  });
}
