// The files that hold a checkpoint's tensors: one, or several with a list of what is where.
import { join } from 'node:path';
import { loadSafetensors } from '../runtime/safetensors.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { UserError } from '../util/errors.ts';
import { isFile } from '../util/files.ts';
import { quote } from '../util/quote.ts';
import { readJson } from './config-json.ts';

export const WEIGHTS = 'model.safetensors';
/** Of weights that are in several files. */
export const WEIGHTS_INDEX = `${WEIGHTS}.index.json`;

/** A name in the folder itself. */
const SHARD = /^[\w][\w.-]*\.safetensors$/;

export interface WeightFiles {
  /** The file that errors are about. */
  path: string;
  tensors: Map<string, TensorData>;
  /** The files that hold them. */
  files: string[];
}

/** All tensors of a folder; a UserError where they cannot be read. */
export function loadWeightFiles(folder: string): WeightFiles {
  const path = join(folder, WEIGHTS);
  if (isFile(path)) return { path, tensors: loadSafetensors(path).tensors, files: [path] };
  const index = join(folder, WEIGHTS_INDEX);
  if (isFile(index)) return loadShards(folder, index);
  const other = ['pytorch_model.bin', 'tf_model.h5'].find((name) => isFile(join(folder, name)));
  const remedy =
    other === undefined
      ? 'give a folder that save_pretrained wrote'
      : `${other} is not read; load it with transformers and save it with save_pretrained`;
  throw new UserError(`${path}: no such file; ${remedy}`);
}

function loadShards(folder: string, index: string): WeightFiles {
  const { weight_map: map } = readJson(index);
  const places = Object.entries((map ?? {}) as object);
  const names = new Set<string>();
  for (const [, file] of places) {
    if (typeof file !== 'string' || !SHARD.test(file))
      throw new UserError(`${index}: weight_map: ${quote(String(file))} is no file beside it`);
    names.add(file);
  }
  const files = [...names].map((name) => join(folder, name));
  const tensors = new Map(files.flatMap((file) => [...loadSafetensors(file).tensors]));
  const missing = places.find(([name]) => !tensors.has(name));
  if (missing !== undefined) throw new UserError(`${index}: ${missing[1]} has no tensor ${missing[0]}`);
  return { path: index, tensors, files };
}
