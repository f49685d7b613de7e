// The `init:` section: parameters that begin as those of another run, and parameters that stay as they begin.
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RunFolder } from '../run/run-folder.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { UsageError } from '../util/errors.ts';
import { listFolder } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { suggest } from '../util/nearest.ts';
import { readBytes } from '../util/text.ts';
import { topLayers } from './layers.ts';
import type { TrainObserver } from './observer.ts';
import { findOrigin, type Origin, type OriginContent, originFormats } from './origin.ts';
import { assignTensors, type Parameters } from './parameters.ts';

/**
 * Patterns of parameters' paths. `*` stands for any text, dots included; a pattern also stands for all that is below
 * it: `encoder.0` for `encoder.0.selfAttn.q.weight`.
 */
const patterns = z.array(z.string().min(1));

/** A path or its beginning. */
const part = z.string().regex(/^\w[\w.-]*$/, { error: 'a part is called as encoder or encoder.0 is' });

export const initSchema = z
  .strictObject({
    /** The folder of a run, or of a checkpoint for Hugging Face's transformers. */
    from: z.string().min(1),
    /** Which of the two it is, where it must be one of them. */
    format: z.enum(originFormats).optional(),
    /** A checkpoint of it, such as best; by default the run's own choice. */
    checkpoint: z.string().min(1).optional(),
    /** Parts that are called otherwise there: a path's beginning there, and what stands for it here. */
    rename: z.record(part, part).optional(),
    /** What is taken of it, by its names here. */
    include: patterns.default(['*']),
    /** What is not, of those. */
    exclude: patterns.default([]),
    /** Layers of each stack, from the top, that are not either. */
    reinitializeLayers: z.int().min(0).max(64).optional(),
    /** What training leaves as it is. */
    freeze: patterns.default([]),
    /** Updates after which one layer more is trained, from the head down. */
    unfreezeSteps: z.int().min(1).max(1e9).optional(),
  })
  .optional();
export type InitConfig = z.output<typeof initSchema>;

/** Whether a parameter's path is one of those that the patterns stand for. */
export function matches(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const text = pattern.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
    return new RegExp(`^${text.join('.*')}(?:\\..*)?$`).test(path);
  });
}

/** A UsageError where a pattern of the setting stands for none of the parameters. */
export function requireKnown(setting: string, patterns: readonly string[], names: readonly string[]): void {
  for (const pattern of patterns) {
    if (names.some((name) => matches(name, [pattern]))) continue;
    const starts = new Set(names.map((name) => name.split('.')[0]!));
    throw new UsageError(`${setting}: no parameter is called ${pattern}; ${suggest(pattern, [...starts])}`);
  }
}

/** A UsageError where a pattern stands for none of the parameters, or all of them are frozen. */
export function checkPatterns(init: InitConfig, names: readonly string[]): void {
  if (init === undefined) return;
  for (const key of ['include', 'exclude', 'freeze'] as const) requireKnown(`init.${key}`, init[key], names);
  if (names.every((name) => matches(name, init.freeze))) {
    throw new UsageError('init.freeze: all parameters are frozen; nothing is left to train');
  }
}

/** A UsageError where there is no such run or checkpoint. */
export const originOf = ({ from, checkpoint, format }: NonNullable<InitConfig>): Origin =>
  findOrigin(from, checkpoint, format);

/** A training whose parameters begin as others. */
export interface Beginning {
  init: NonNullable<InitConfig>;
  parameters: Parameters;
  /** Has the tokenizers. */
  home: RunFolder;
  /** The `model:` section. */
  model: Readonly<Record<string, unknown>>;
}

/** Takes parameters. A UserError where one has another shape there, or nothing can be taken. */
export async function initializeFrom(
  { path, load }: Origin,
  { init, parameters, home, model }: Beginning,
  observer: TrainObserver,
): Promise<void> {
  const content = await load();
  const tensors = renamed(content.tensors, init.rename);
  const targets = parameters.tensors();
  const renewed = topLayers([...targets.keys()], init.reinitializeLayers ?? 0);
  const wanted = [...targets.keys()].filter(
    (name) => matches(name, init.include) && !matches(name, init.exclude) && !renewed.has(name),
  );
  const taken = wanted.filter((name) => tensors.has(name));
  if (taken.length === 0) {
    throw new UsageError(
      `init.from: ${path} has none of the parameters that are asked for; it has ${[...tensors.keys()].slice(0, 5).join(', ')}, …`,
    );
  }
  const chosen = new Map(taken.map((name) => [name, targets.get(name)!]));
  assignTensors(chosen, tensors, `init.from: ${path}`);
  const missing = wanted.filter((name) => !tensors.has(name));
  const left = [...targets.keys()].filter((name) => !wanted.includes(name));
  const unused = [...tensors.keys()].filter((name) => !chosen.has(name));
  observer.note(`took ${count(taken.length)} of ${formatCount(targets.size)} from ${path}`);
  tell(observer, 'not in that run, so begun anew', missing);
  tell(observer, 'not asked for, so begun anew', left);
  tell(observer, 'in that run alone', unused);
  warnOfModel(content, model, observer);
  warnOfTokenizers(content, home, observer);
}

/** A UsageError where a part stands for no tensor, or two tensors come to one name. */
function renamed(
  tensors: OriginContent['tensors'],
  parts: Readonly<Record<string, string>> = {},
): OriginContent['tensors'] {
  requireKnown('init.rename', Object.keys(parts), [...tensors.keys()]);
  const called = new Map<string, TensorData>();
  for (const [name, tensor] of tensors) {
    const part = Object.keys(parts).find((one) => matches(name, [one]));
    const here = part === undefined ? name : `${parts[part]}${name.slice(part.length)}`;
    if (called.has(here)) throw new UsageError(`init.rename: two parameters there would be called ${here}`);
    called.set(here, tensor);
  }
  return called;
}

const count = (n: number): string => `${formatCount(n)} ${n === 1 ? 'parameter' : 'parameters'}`;

/** Names that are told; the number of the others. */
const TOLD = 8;

function tell(observer: TrainObserver, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const others = names.length > TOLD ? `, and ${formatCount(names.length - TOLD)} more` : '';
  observer.note(`${what}: ${names.slice(0, TOLD).join(', ')}${others}`);
}

/** Settings that say what parameters mean, and that no shape tells. */
const MEANINGS = [
  'numHeads',
  'norm',
  'normType',
  'normEpsilon',
  'activation',
  'positions',
  'positionOffset',
  'scaleEmbedding',
  'embeddingNorm',
];

function warnOfModel(
  { model: other }: OriginContent,
  own: Beginning['model'],
  observer: TrainObserver,
): void {
  const differing = MEANINGS.filter((key) => own[key] !== other[key]);
  if (differing.length === 0) return;
  const told = differing.map(
    (key) => `model.${key} is ${own[key] ?? 'not given'}, there ${other[key] ?? 'not given'}`,
  );
  observer.warn(`init.from: ${told.join('; ')}: the parameters were trained for another model`);
}

/** The rows of embeddings mean what the tokenizer says. */
function warnOfTokenizers({ tokenizer }: OriginContent, home: RunFolder, observer: TrainObserver): void {
  for (const file of listFolder(join(home.path, 'tokenizers'))) {
    const name = basename(file, '.model');
    const other = tokenizer(name);
    if (other !== undefined && readBytes(home.tokenizer(name)).equals(other.content)) continue;
    const isJson = other?.content[0] === '{'.charCodeAt(0);
    const entry = other && `{ type: ${isJson ? 'huggingface' : 'sentencepiece'}, file: ${other.file} }`;
    const remedy = entry === undefined ? '' : `; to have it: tokenizers: { ${name}: ${entry} }`;
    observer.warn(
      `init.from: the tokenizer ${name} is not one of that run, so rows of embeddings stand for other pieces${remedy}`,
    );
  }
}
