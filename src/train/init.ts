// The `init:` section: parameters that begin as those of another run, and parameters that stay as they begin.
import { basename, join } from 'node:path';
import { z } from 'zod';
import { RunFolder } from '../run/run-folder.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { UsageError } from '../util/errors.ts';
import { fileExists, listFolder } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { suggest } from '../util/nearest.ts';
import { readBytes } from '../util/text.ts';
import { topLayers } from './layers.ts';
import type { TrainObserver } from './observer.ts';
import { assignTensors, type Parameters } from './parameters.ts';

/**
 * Patterns of parameters' paths. `*` stands for any text, dots included; a pattern also stands for all that is below
 * it: `encoder.0` for `encoder.0.selfAttn.q.weight`.
 */
const patterns = z.array(z.string().min(1));

export const initSchema = z
  .strictObject({
    /** The folder of a run. */
    from: z.string().min(1),
    /** A checkpoint of it, such as best; by default the run's own choice. */
    checkpoint: z.string().min(1).optional(),
    /** What is taken of it. */
    include: patterns.default(['*']),
    /** What is not, of those. */
    exclude: patterns.default([]),
    /** Layers of each stack, from the top, that are not either. */
    reinitializeLayers: z.int().min(0).max(64).optional(),
    /** What training leaves as it is. */
    freeze: patterns.default([]),
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

/** A UsageError where a pattern stands for none of the parameters, or all of them are frozen. */
export function checkPatterns(init: InitConfig, names: readonly string[]): void {
  if (init === undefined) return;
  for (const key of ['include', 'exclude', 'freeze'] as const) {
    for (const pattern of init[key]) {
      if (names.some((name) => matches(name, [pattern]))) continue;
      const starts = new Set(names.map((name) => name.split('.')[0]!));
      throw new UsageError(
        `init.${key}: no parameter is called ${pattern}; ${suggest(pattern, [...starts])}`,
      );
    }
  }
  if (names.every((name) => matches(name, init.freeze))) {
    throw new UsageError('init.freeze: all parameters are frozen; nothing is left to train');
  }
}

/** Where parameters are taken from, and which. */
export interface Origin {
  run: RunFolder;
  /** Of the checkpoint. */
  path: string;
  init: NonNullable<InitConfig>;
}

/** A UsageError where there is no such run or checkpoint. */
export function findOrigin(init: NonNullable<InitConfig>): Origin {
  const run = RunFolder.open(init.from);
  return { run, path: run.weights(init.checkpoint), init };
}

/**
 * Takes parameters of another run. `home` has the tokenizers of the new one. A UserError where a parameter has another
 * shape there, or nothing can be taken.
 */
export function initializeFrom(
  { run, path, init }: Origin,
  parameters: Parameters,
  home: RunFolder,
  observer: TrainObserver,
): void {
  const { tensors } = loadSafetensors(path);
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
  warnOfTokenizers(run, home, observer);
}

const count = (n: number): string => `${formatCount(n)} ${n === 1 ? 'parameter' : 'parameters'}`;

/** Names that are told; the number of the others. */
const TOLD = 8;

function tell(observer: TrainObserver, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const others = names.length > TOLD ? `, and ${formatCount(names.length - TOLD)} more` : '';
  observer.note(`${what}: ${names.slice(0, TOLD).join(', ')}${others}`);
}

/** The rows of embeddings mean what the tokenizer says. */
function warnOfTokenizers(run: RunFolder, home: RunFolder, observer: TrainObserver): void {
  for (const file of listFolder(join(home.path, 'tokenizers'))) {
    const name = basename(file, '.model');
    const [own, other] = [home.tokenizer(name), run.tokenizer(name)];
    if (fileExists(other) && readBytes(own).equals(readBytes(other))) continue;
    observer.warn(
      `init.from: the tokenizer ${name} is not one of that run, so rows of embeddings stand for other pieces; ` +
        `to have it: tokenizers: { ${name}: { type: sentencepiece, file: ${other} } }`,
    );
  }
}
