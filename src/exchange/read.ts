// A checkpoint of Hugging Face's transformers as an encoder here: settings, parameters, and what of it is left.
import { join } from 'node:path';
import { Graph } from '../graph/graph.ts';
import { type EncoderConfig, EncoderModel } from '../models/encoder.ts';
import { Scope } from '../nn/scope.ts';
import { findNonFinite, type TensorData } from '../tensor/tensor.ts';
import { UserError } from '../util/errors.ts';
import { isFile } from '../util/files.ts';
import { type Described, readConfigJson } from './config-json.ts';
import { type Entry, expandNames, type Kind, kinds } from './kinds.ts';
import { transpose } from './transpose.ts';
import { loadWeightFiles } from './weight-files.ts';

/** A tensor of the file that nothing is made of. */
export interface Left {
  name: string;
  reason: string;
}

export interface Checkpoint extends Described {
  /** Parameters by their paths here, float32. */
  tensors: Map<string, TensorData>;
  /** The heads that are there, a pooler among them. */
  heads: string[];
  /** What pretraining makes and is not there. */
  missing: string[];
  left: Left[];
  /** The files that it was read of. */
  files: string[];
}

export const configPath = (folder: string): string => join(folder, 'config.json');

/** Whether a folder is one that transformers' `save_pretrained` wrote, as far as its names tell. */
export const isCheckpoint = (folder: string): boolean => isFile(configPath(folder));

const PRETRAINED = ['pooler', 'mlm', 'nsp'];

/** Buffers that are not trained. */
const BUFFER = /(?:^|\.)(?:position_ids|token_type_ids)$/;

/**
 * Reads the folder; rows of embeddings beyond `pieces`, for which the tokenizer has none, are left. A UserError where a
 * file is missing or damaged, or what is in it does not fit together.
 */
export function readCheckpoint(folder: string, pieces?: number): Checkpoint {
  const described = readConfigJson(configPath(folder));
  const { path, tensors: stored, files } = loadWeightFiles(folder);
  const kind: Kind = kinds[described.kind];
  const reader = new Reader(path, kind, stored);
  const { numLayers } = described.model;
  const prefix = [...stored.keys()].some((name) => name.startsWith(`${kind.base}.`)) ? `${kind.base}.` : '';
  const tensors = reader.take(expandNames(kind.encoder, numLayers, prefix), 'whole');
  const untied = reader.findUntied(tensors);
  const groups = new Map([
    ['pooler', expandNames(kind.pooler, numLayers, prefix)],
    ...orderedHeads(kind, described.architecture).map(
      (head) => [head, expandNames(kind.heads[head]!, numLayers)] as const,
    ),
  ]);
  const heads: string[] = [];
  for (const [head, names] of groups) {
    if (names.size === 0 || (head === 'mlm' && untied !== undefined)) continue;
    const found = reader.take(names, 'or nothing');
    if (found.size > 0) heads.push(head);
    for (const [name, tensor] of found) tensors.set(name, tensor);
  }
  const left = reader.describeLeft(tensors, untied);
  const model: EncoderConfig = { ...described.model, ...(tensors.has('pooler.weight') && { pooler: true }) };
  checkShapes(reader, tensors, { ...described, model });
  const spoilt = findNonFinite(tensors);
  if (spoilt !== undefined) throw new UserError(`${path}: ${reader.nameOf(spoilt)} holds NaN or ∞`);
  if (pieces !== undefined) left.push(...cutRows(tensors, described, pieces));
  const missing = PRETRAINED.filter((head) => groups.get(head)?.size && !heads.includes(head));
  return { ...described, model, tensors, heads, missing, left, files: [described.path, ...files] };
}

/** The kind's heads, first those of the class that the checkpoint was of: some share a name there. */
function orderedHeads({ heads, classes }: Kind, architecture: string | undefined): string[] {
  const own = classes.find(([name]) => name === architecture)?.[1] ?? [];
  return [...new Set([...own, ...Object.keys(heads)])];
}

/** What is taken of a file, and what is not. */
class Reader {
  readonly #path: string;
  readonly #kind: Kind;
  readonly #stored: ReadonlyMap<string, TensorData>;
  /** Parameters here by the names there that they were taken from. */
  readonly #used = new Map<string, string>();

  constructor(path: string, kind: Kind, stored: ReadonlyMap<string, TensorData>) {
    this.#path = path;
    this.#kind = kind;
    this.#stored = stored;
  }

  /** The name there that a parameter was taken from. */
  nameOf(ours: string): string {
    return [...this.#used].find(([, name]) => name === ours)?.[0] ?? ours;
  }

  /** A UserError where one is missing, unless all are and `demand` lets them be. */
  take(names: ReadonlyMap<string, Entry>, demand: 'whole' | 'or nothing'): Map<string, TensorData> {
    const found = [...names].flatMap(([ours, { name, transposed }]) => {
      const at = this.#find(ours, name);
      return at === undefined || this.#used.has(at) ? [] : [{ ours, at, transposed }];
    });
    if (found.length < names.size && (demand === 'whole' || found.length > 0)) {
      const there = new Set(found.map(({ ours }) => ours));
      const [, { name }] = [...names].find(([ours]) => !there.has(ours))!;
      throw new UserError(`${this.#path}: has no tensor ${name}, which its config.json asks for`);
    }
    return new Map(
      found.map(({ ours, at, transposed }) => {
        this.#used.set(at, ours);
        return [ours, this.#read(at, transposed)];
      }),
    );
  }

  /** The second name of the embeddings where what is under it differs from them: an output that is not tied. */
  findUntied(tensors: ReadonlyMap<string, TensorData>): string | undefined {
    return Object.entries(this.#kind.copies).find(([name, ours]) => {
      const other = this.#stored.get(name);
      return ours === 'embed.weight' && other !== undefined && !areEqual(other, tensors.get(ours)!);
    })?.[0];
  }

  describeLeft(tensors: ReadonlyMap<string, TensorData>, untied: string | undefined): Left[] {
    const names = [...this.#stored.keys()].filter((name) => !this.#used.has(name));
    return names.map((name) => ({ name, reason: this.#reasonFor(name, tensors, untied) }));
  }

  #reasonFor(name: string, tensors: ReadonlyMap<string, TensorData>, untied: string | undefined): string {
    if (BUFFER.test(name)) return 'a count that is made anew';
    const copied = this.#kind.copies[name];
    const own = copied === undefined ? undefined : tensors.get(copied);
    if (own !== undefined && areEqual(this.#stored.get(name)!, own))
      return `the same as ${this.nameOf(copied!)}`;
    const isOfWords = [...expandNames(this.#kind.heads.mlm!, 0).values()].some(
      (entry) => entry.name === name,
    );
    if (untied !== undefined && (name === untied || isOfWords || copied !== undefined))
      return 'of a head whose output is not tied to the embeddings';
    return 'no part of models here';
  }

  /** The name under which a parameter is, now or in older spellings. */
  #find(ours: string, name: string): string | undefined {
    const older = name
      .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
      .replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    const copies = Object.entries(this.#kind.copies).flatMap(([copy, of]) => (of === ours ? [copy] : []));
    return [name, older, ...copies].find((candidate) => this.#stored.has(candidate));
  }

  #read(name: string, transposed: boolean): TensorData {
    const tensor = this.#stored.get(name)!;
    const { dtype, dims } = tensor;
    if (dtype !== 'float32')
      throw new UserError(`${this.#path}: ${name} is ${dtype}, not float32 or half of it`);
    if (!transposed) return tensor;
    if (dims.length !== 2) throw new UserError(`${this.#path}: ${name} is [${dims}], not a matrix`);
    return transpose(tensor);
  }
}

function areEqual(a: TensorData, b: TensorData): boolean {
  return a.dims.join() === b.dims.join() && a.data.every((x: number | bigint, i: number) => x === b.data[i]);
}

/** The parameters that a model with all of its heads declares, by their paths. */
function declaredBy(model: EncoderConfig, vocabSize: number): Map<string, readonly number[]> {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const encoder = new EncoderModel(model, { vocabSize, padId: 0 });
  const hidden = encoder.encode(scope, graph.input('ids', 'int32', ['B', 'S']));
  encoder.pool?.(scope, hidden);
  encoder.predictWords(scope, hidden.rows);
  return new Map([...scope.declared.parameters].map(([name, { shape }]) => [name, shape]));
}

function checkShapes(reader: Reader, tensors: ReadonlyMap<string, TensorData>, described: Described): void {
  const { path, model, vocabSize } = described;
  const declared = declaredBy(model, vocabSize);
  for (const [name, { dims }] of tensors) {
    const shape = declared.get(name);
    if (shape === undefined || shape.join() === dims.join()) continue;
    throw new UserError(`${path}: asks for [${shape}] as ${name}; ${reader.nameOf(name)} has [${dims}]`);
  }
}

/** Leaves the rows of embeddings that no piece has. */
function cutRows(tensors: Map<string, TensorData>, { path, vocabSize }: Described, pieces: number): Left[] {
  if (vocabSize < pieces)
    throw new UserError(`${path}: vocab_size is ${vocabSize}, but the tokenizer has ${pieces} pieces`);
  if (vocabSize === pieces) return [];
  return ['embed.weight', 'mlm.output.bias'].flatMap((name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) return [];
    const { dtype, dims, data } = tensor;
    const kept = data.slice(0, (data.length / vocabSize) * pieces);
    tensors.set(name, { dtype, dims: [pieces, ...dims.slice(1)], data: kept });
    return [{ name: `${vocabSize - pieces} rows of ${name}`, reason: 'beyond the pieces of the tokenizer' }];
  });
}
