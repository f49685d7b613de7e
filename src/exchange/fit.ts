// Which kind of Hugging Face's checkpoints a model is, and its `config.json`.
import type { EncoderConfig } from '../models/encoder.ts';
import { headsOf } from '../models/layer-config.ts';
import { UserError } from '../util/errors.ts';
import { type Kind, type KindName, kinds } from './kinds.ts';

/** What transformers takes where a model says nothing of it. */
const INITIALIZATION = 0.02;

/** The settings with what holds where they are not given. */
const settle = (model: EncoderConfig) => ({
  ...model,
  normEpsilon: model.normEpsilon ?? { layer: 1e-5, rms: 1e-6 }[model.normType],
  embeddingNorm: model.embeddingNorm ?? false,
  positionOffset: model.positionOffset ?? 0,
  causal: model.causal ?? false,
  initialization: typeof model.initialization === 'number' ? model.initialization : INITIALIZATION,
});

/** What a kind has otherwise, as `model.norm: post`; empty where the model is one of the kind. */
function findMisfits(
  { fixed, settings, positionsAfterPad }: Kind,
  model: EncoderConfig,
  padId: number,
): string[] {
  const own: Readonly<Record<string, unknown>> = settle(model);
  const { numHeads, numKvHeads, headDim, valueDim } = headsOf(model);
  const wanted: Readonly<Record<string, unknown>> = {
    ...fixed,
    positionOffset: positionsAfterPad ? padId + 1 : 0,
  };
  const misfits = Object.entries(wanted).flatMap(([key, value]) =>
    own[key] === value ? [] : [`model.${key}: ${value ?? 'none'}`],
  );
  const hasSegments = settings.some(([ours]) => ours === 'segments');
  if (hasSegments && model.segments === undefined) misfits.push('model.segments: 2');
  if (model.activation === 'geglu' || model.activation === 'swiglu') misfits.push('model.activation: gelu');
  if (numKvHeads !== numHeads) misfits.push(`model.numKvHeads: ${numHeads}`);
  const width = model.dModel / numHeads;
  if (headDim !== width || valueDim !== width) misfits.push('heads of dModel / numHeads units');
  if (model.kvOwner?.some((owner, layer) => owner !== layer)) misfits.push('keys and values in each layer');
  return misfits;
}

/** The kind that a model is of; a UserError that names `source` and what the nearest kind has otherwise. */
export function findKind(model: EncoderConfig, padId: number, source: string): KindName {
  const names = Object.keys(kinds) as KindName[];
  const tried = names.map((name) => ({ name, misfits: findMisfits(kinds[name], model, padId) }));
  const [{ name, misfits }] = tried.sort((a, b) => a.misfits.length - b.misfits.length) as [
    (typeof tried)[0],
  ];
  if (misfits.length === 0) return name;
  throw new UserError(
    `${source}: transformers has no such model; the nearest is ${name}, which has ${misfits.join(', ')}`,
  );
}

/** What a checkpoint's `config.json` tells beside the model's settings. */
export interface About {
  vocabSize: number;
  padId: number;
  /** transformers' class. */
  architecture: string;
  /** Of a classifier, in the order of its outputs. */
  labels?: readonly string[] | undefined;
  /** What a head of whole texts is for, in transformers' words. */
  problem?: 'single_label_classification' | 'multi_label_classification' | 'regression' | undefined;
}

/** The text of `config.json`. */
export function formatConfigJson(
  name: KindName,
  model: EncoderConfig,
  { vocabSize, padId, architecture, labels, problem }: About,
): string {
  const own: Readonly<Record<string, unknown>> = settle(model);
  const numbered = labels?.map((label, i) => [label, i] as const);
  const json = {
    architectures: [architecture],
    model_type: name,
    ...Object.fromEntries(kinds[name].settings.map(([ours, theirs]) => [theirs, own[ours]])),
    max_position_embeddings: model.maxLength + (model.positionOffset ?? 0),
    vocab_size: vocabSize,
    pad_token_id: padId,
    tie_word_embeddings: true,
    dtype: 'float32',
    problem_type: problem,
    // Two are what transformers takes where nothing is said.
    ...(problem === 'regression' && { id2label: { 0: 'score' }, label2id: { score: 0 } }),
    ...(numbered && {
      id2label: Object.fromEntries(numbered.map(([label, i]) => [i, label])),
      label2id: Object.fromEntries(numbered),
    }),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
