// From a run of a language model to the log-probabilities of documents, token by token.
import type { Batch } from '../data/batch.ts';
import { orderedContexts, type PackOptions } from '../data/packed.ts';
import { Sequences } from '../data/sequences.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { max } from '../graph/ops/elementwise.ts';
import { gatherElements } from '../graph/ops/indexing.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import { reshape, unsqueeze } from '../graph/ops/shape.ts';
import type { Decoder } from '../models/model.ts';
import { Scope } from '../nn/scope.ts';
import { NO_LABEL, readContexts } from '../objectives/cross-entropy.ts';
import { Session } from '../runtime/session.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { batchFeeds } from '../train/train-step.ts';
import { UserError } from '../util/errors.ts';
import { requireMemory } from '../util/memory.ts';
import { buildLm, type LmConfig, packOptions } from './lm.ts';
import { loadWeights, type OpenRun } from './open-run.ts';
import { loadTextTokenizer } from './running-text.ts';
import { countUnits, type TextUnits } from './text-units.ts';
import { specialIds } from './tokenizers.ts';

export interface ScorerSettings {
  threads?: number;
  checkpoint?: string | undefined;
  /** Tokens from one context to the next; the run's by default. */
  stride?: number | undefined;
}

/** A document with log p of each of its pieces; all but the last have one more, that of their end. */
export interface ScoredDocument extends TextUnits {
  pieces: string[];
  logProbs: number[];
}

/** Most logits of a batch, 268 MB: they are what scoring takes memory for. */
const MAX_LOGITS = 2 ** 26;

interface Parts {
  session: Session;
  peakBytes: ExportedModel['peakBytes'];
  tokenizer: Tokenizer;
  options: PackOptions;
  stride: number | undefined;
}

export class TextScorer {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Loads a run; a UserError where its files are damaged, or the stride is longer than its contexts. */
  static async load(
    { folder, config }: OpenRun<LmConfig>,
    { threads = 0, checkpoint, stride = config.data.stride }: ScorerSettings = {},
  ): Promise<TextScorer> {
    const tokenizer = loadTextTokenizer(config, folder);
    const own = packOptions(config, specialIds([tokenizer]).eosId);
    if (stride !== undefined && stride > own.contextLength) {
      throw new UserError(`a stride of ${stride} would leave tokens out: contexts have ${own.contextLength}`);
    }
    const weights = loadWeights({ folder }, checkpoint);
    const graph = buildScoringGraph(buildLm(config, tokenizer), own, weights.tensors);
    weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads });
    const most = Math.max(1, Math.floor(MAX_LOGITS / (own.contextLength * tokenizer.size)));
    const options = { ...own, rows: Math.min(own.rows, most) };
    return new TextScorer({ session, peakBytes: graph.peakBytes, tokenizer, options, stride });
  }

  /** Documents as one text, each behind the token that ends the one before. An aborted signal ends the work between batches. */
  async score(
    documents: readonly string[],
    { onProgress, signal }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
  ): Promise<ScoredDocument[]> {
    const { tokenizer, options, stride } = this.#parts;
    const ids = Sequences.build(documents.length, (i) => tokenizer.encode(documents[i]!));
    const batches = orderedContexts(ids, options, stride);
    const logProbs: number[] = [];
    for (const [k, batch] of batches.entries()) {
      signal?.throwIfAborted();
      for (const logProb of await this.#scoreBatch(batch)) logProbs.push(logProb);
      onProgress?.(k + 1, batches.length);
    }
    let at = 0;
    return documents.map((document, d) => {
      const isLast = d === documents.length - 1;
      const pieces = Array.from(ids.at(d), (id) => tokenizer.idToPiece(id)!);
      const end = at + pieces.length + (isLast ? 0 : 1);
      const { words, bytes } = countUnits(isLast ? [document] : [document, '']);
      const own = logProbs.slice(at, end);
      at = end;
      return { pieces, logProbs: own, words, bytes };
    });
  }

  async release(): Promise<void> {
    await this.#parts.session.release();
  }

  /** Of the labels that count, in order. */
  async #scoreBatch(batch: Batch): Promise<number[]> {
    const { inputs, sizes } = batch;
    const { session, peakBytes } = this.#parts;
    requireMemory(peakBytes(sizes), 'scoring', 'train with a smaller data.contextLength');
    const { logProbs } = await session.run(batchFeeds(batch));
    const labels = inputs.labels!.data as Int32Array;
    const all = logProbs!.data as Float32Array;
    return Array.from(all).filter((_, i) => labels[i] !== NO_LABEL);
  }
}

/** `ids`, `labels` and, where there are, `segments`, each int32 [B, T], to `logProbs` [B·T] of the labels. */
function buildScoringGraph(
  model: Decoder,
  { segments }: Pick<PackOptions, 'segments'>,
  weights: ReadonlyMap<string, TensorData>,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const matrix = (name: string) => graph.input(name, 'int32', ['B', 'T']);
  const [ids, labels] = [matrix('ids'), matrix('labels')];
  const hidden = readContexts(scope, model, ids, segments ? matrix('segments') : undefined);
  const all = logSoftmax(matMul(hidden, model.outputEmbedding(scope), { transB: true }));
  const rows = hidden.shape[0]!;
  const own = gatherElements(all, unsqueeze(max(reshape(labels, [rows]), 0), [1]), 1);
  return exportModel(graph, { outputs: { logProbs: reshape(own, [rows]) }, weights });
}
