// `config.json` of a Hugging Face checkpoint as settings of an encoder.
import { explain } from '../config/check.ts';
import { type EncoderConfig, encoderSchema } from '../models/encoder.ts';
import type { Activation } from '../nn/activations.ts';
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { readText } from '../util/text.ts';
import { type Kind, type KindName, kinds } from './kinds.ts';

/** A checkpoint's settings. */
export interface Described {
  kind: KindName;
  /** Without `pooler`, of which its tensors tell. */
  model: EncoderConfig;
  /** Rows of the embeddings. */
  vocabSize: number;
  /** The class of transformers that it was saved from. */
  architecture: string | undefined;
  /** The file, for messages. */
  path: string;
}

/** Labels of classes make such a file long, weights do not. */
const MAX_BYTES = 10_000_000;

/** transformers' names of activations that are ours. */
const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
};

/** Settings that must have this value where they are given: what else there is, is not built here. */
const demands: Readonly<Record<string, unknown>> = {
  position_embedding_type: 'absolute',
  is_decoder: false,
  add_cross_attention: false,
};

type Json = Readonly<Record<string, unknown>>;

/** A JSON file that holds a map; a UserError where it does not. */
export function readJson(path: string): Json {
  const text = readText(path, { maxBytes: MAX_BYTES });
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json;
  } catch {
    // Told below.
  }
  throw new UserError(`${path}: is not JSON of a map`);
}

/** Reads the file at `path`; a UserError where it is damaged, or describes what cannot be built. */
export function readConfigJson(path: string): Described {
  const json = readJson(path);
  const type = json.model_type;
  const kind = Object.keys(kinds).find((name) => name === type) as KindName | undefined;
  if (kind === undefined) {
    const found = type === undefined ? 'none' : quote(String(type));
    throw new UserError(
      `${path}: model_type: ${found}; those that can be read: ${Object.keys(kinds).join(', ')}`,
    );
  }
  for (const [name, wanted] of Object.entries(demands)) {
    if ((json[name] ?? wanted) === wanted) continue;
    throw new UserError(`${path}: ${name}: ${quote(String(json[name]))} cannot be built; only ${wanted} can`);
  }
  const vocabSize = json.vocab_size;
  if (!Number.isSafeInteger(vocabSize) || (vocabSize as number) < 1)
    throw new UserError(`${path}: vocab_size: expected a whole number above 0`);
  const [architecture] = Array.isArray(json.architectures) ? (json.architectures as unknown[]) : [];
  return {
    kind,
    model: readSettings(path, kinds[kind], json),
    vocabSize: vocabSize as number,
    architecture: typeof architecture === 'string' ? architecture : undefined,
    path,
  };
}

function readSettings(path: string, kind: Kind, json: Json): EncoderConfig {
  const theirs = new Map(kind.settings.map(([ours, name]) => [ours as string, name]));
  const read = ([ours, name, otherwise]: Kind['settings'][number]) => {
    const value = json[name] ?? otherwise;
    return [ours, ours === 'activation' ? readActivation(path, name, value) : value] as const;
  };
  const given = Object.fromEntries(kind.settings.map(read)) as Partial<EncoderConfig>;
  const positionOffset = kind.positionsAfterPad ? readPadId(path, json) + 1 : undefined;
  const result = encoderSchema.safeParse(
    defined({
      ...kind.fixed,
      ...given,
      positionOffset,
      // Rows that no place ever has stand before the first.
      maxLength: positionOffset === undefined ? given.maxLength : Number(given.maxLength) - positionOffset,
    }),
    { error: explain },
  );
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const setting = String(issue.path[0]);
  throw new UserError(`${path}: ${theirs.get(setting) ?? setting}: ${issue.message}`);
}

function readActivation(path: string, name: string, value: unknown): Activation {
  if (typeof value === 'string' && Object.hasOwn(activations, value)) return activations[value]!;
  const known = Object.keys(activations).join(', ');
  throw new UserError(`${path}: ${name}: ${quote(String(value))} cannot be built; those that can: ${known}`);
}

/** RoBERTa's is 1 where nothing is said. */
function readPadId(path: string, { pad_token_id: id = 1 }: Json): number {
  if (Number.isSafeInteger(id) && (id as number) >= 0) return id as number;
  throw new UserError(`${path}: pad_token_id: expected a whole number`);
}

/** The settings without those that are undefined. */
const defined = (settings: object): object =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
