// An encoder's parameters as a checkpoint that Hugging Face's transformers loads.
import type { EncoderConfig } from '../models/encoder.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { type About, findKind, formatConfigJson } from './fit.ts';
import { type Entry, expandNames, type Kind, type KindName, kinds } from './kinds.ts';
import { transpose } from './transpose.ts';

export interface Written {
  kind: KindName;
  /** transformers' class, by which what is more than the encoder is loaded. */
  architecture: string;
  /** The text of `config.json`. */
  config: string;
  /** Parameters by their names there. */
  tensors: Map<string, TensorData>;
  /** Parameters that have no place there, by their paths here. */
  left: string[];
}

/**
 * The checkpoint of a model, its parameters being of the layers that it has. `offered` tells which heads transformers'
 * classes put on the encoder as the model does. A UserError that names `source` where transformers has no such model.
 */
export function writeCheckpoint(
  model: EncoderConfig,
  tensors: ReadonlyMap<string, TensorData>,
  { source, offered = () => true, ...about }: WriteOptions,
): Written {
  const name = findKind(model, about.padId, source);
  const kind: Kind = kinds[name];
  const isThere = (names: ReadonlyMap<string, Entry>) => [...names.keys()].every((ours) => tensors.has(ours));
  const namesOf = (head: string) => expandNames(kind.heads[head]!, model.numLayers);
  const [architecture, heads] = kind.classes.find(([, heads]) =>
    heads.every((head) => offered(head) && isThere(namesOf(head))),
  )!;
  const prefix = heads.length > 0 ? `${kind.base}.` : '';
  const pooler = expandNames(kind.pooler, model.numLayers, prefix);
  const names = new Map([
    ...expandNames(kind.encoder, model.numLayers, prefix),
    ...(isThere(pooler) ? pooler : []),
    ...heads.flatMap((head) => [...namesOf(head)]),
  ]);
  const written = [...names].map(([ours, { name, transposed }]) => {
    const tensor = tensors.get(ours)!;
    return [name, transposed ? transpose(tensor) : tensor] as const;
  });
  return {
    kind: name,
    architecture,
    config: formatConfigJson(name, model, { ...about, architecture }),
    tensors: new Map(written),
    left: [...tensors.keys()].filter((ours) => !names.has(ours)),
  };
}

export interface WriteOptions extends Omit<About, 'architecture'> {
  source: string;
  offered?: (head: string) => boolean;
}
