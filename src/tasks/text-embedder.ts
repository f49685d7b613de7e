// Vectors of texts: what an encoder makes of them, the mean over their places or that of the first one.
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { Scope } from '../nn/scope.ts';
import { poolings, poolPlaces } from '../objectives/text-vectors.ts';
import { Session } from '../runtime/session.ts';
import { UsageError } from '../util/errors.ts';
import { runEncoder } from './encoder-batches.ts';
import { type OpenEncoder, openEncoder } from './open-encoder.ts';

/** Those that every encoder has. */
export const vectorPoolings = poolings.filter((pooling) => pooling !== 'pooler');

export interface EmbedderSettings {
  threads?: number;
  checkpoint?: string | undefined;
  pooling?: (typeof vectorPoolings)[number];
  /** After so many layers; after the last by default, and after the norm that follows it where there is one. */
  layer?: number | undefined;
  /** Whether vectors have the length 1. */
  normalize?: boolean;
  /** Called for each text that was cut to fit the model: its number from 0 and the pieces it had. */
  onTruncated?: (line: number, pieces: number) => void;
}

export class TextEmbedder {
  readonly #encoder: OpenEncoder;
  readonly #session: Session;
  readonly #peakBytes: ExportedModel['peakBytes'];
  readonly #settings: EmbedderSettings;

  private constructor(
    encoder: OpenEncoder,
    session: Session,
    peakBytes: ExportedModel['peakBytes'],
    settings: EmbedderSettings,
  ) {
    this.#encoder = encoder;
    this.#session = session;
    this.#peakBytes = peakBytes;
    this.#settings = settings;
  }

  /** Loads a run, or a checkpoint of transformers; a UserError where its files are damaged or do not belong together. */
  static async load(path: string, settings: EmbedderSettings = {}): Promise<TextEmbedder> {
    const encoder = openEncoder(path, settings.checkpoint);
    const graph = buildEmbeddingGraph(encoder, settings);
    encoder.weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    return new TextEmbedder(encoder, session, graph.peakBytes, settings);
  }

  /** Units of a vector. */
  get width(): number {
    return this.#encoder.model.config.dModel;
  }

  /** The vector of each text. An aborted signal ends the work before the next batch. */
  async embed(
    texts: readonly string[],
    { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
  ): Promise<Float32Array[]> {
    const { normalize = false, onTruncated } = this.#settings;
    const { reader } = this.#encoder;
    const encoded = reader.readAll(
      texts.map((text) => [text]),
      onTruncated,
    );
    const vectors = new Array<Float32Array>(texts.length);
    const { padId } = reader;
    const run = { session: this.#session, padId, peakBytes: this.#peakBytes, onProgress, signal };
    await runEncoder(encoded, run, ({ rows }, { vectors: found }) => {
      const all = found!.data as Float32Array;
      for (const [r, i] of rows.entries()) {
        const vector = all.slice(r * this.width, (r + 1) * this.width);
        vectors[i] = normalize ? toUnit(vector) : vector;
      }
    });
    return vectors;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** x / max(|x|, 1e-12), as PyTorch has it. */
function toUnit(x: Float32Array): Float32Array {
  const length = Math.max(Math.hypot(...x), 1e-12);
  return x.map((value) => value / length);
}

/** `ids` int32 [B, S], padded, to `vectors` float32 [B, D]. A UsageError where there is no such layer. */
function buildEmbeddingGraph(
  { model, weights }: Pick<OpenEncoder, 'model' | 'weights'>,
  { pooling = 'mean', layer }: Pick<EmbedderSettings, 'pooling' | 'layer'>,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const { rows, mask } = model.encode(scope, graph.input('ids', 'int32', ['B', 'S']));
  const chosen = layer === undefined ? rows : hiddenAfter(scope, layer);
  const outputs = { vectors: poolPlaces({ rows: chosen, mask }, pooling) };
  return exportModel(graph, { outputs, weights: weights.tensors });
}

/** Rows [B·S, D] after so many layers; 0 has the embeddings. */
function hiddenAfter(scope: Scope, layer: number): Value {
  const { taps } = scope.declared;
  const rows = taps.get(layer === 0 ? 'embed.hidden' : `encoder.${layer - 1}.hidden`);
  if (rows !== undefined) return rows;
  const last = [...taps.keys()].filter((name) => /^encoder\.\d+\.hidden$/.test(name)).length;
  throw new UsageError(
    `--layer expects a whole number from 0 to ${last}, the layers of this model, not ${layer}`,
  );
}
