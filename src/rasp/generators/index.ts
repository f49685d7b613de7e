// The registry of generators, by the name that a config and `solves` in a program have. To add one: its file and a row.
import { z } from 'zod';
import { suggest } from '../../util/nearest.ts';
import { Refusal } from '../refusal.ts';
import { additionSchema, buildAddition } from './addition.ts';
import { andSchema, buildAnd, buildMajority, majoritySchema } from './bits.ts';
import { buildCopy, buildSort, copySchema, sortSchema } from './copy.ts';
import { buildCount, countSchema } from './count.ts';
import type { Generator } from './generator.ts';
import { buildMode, modeSchema } from './mode.ts';
import { buildParity, paritySchema } from './parity.ts';

/** A generator with its options: `{ generator: addition, order: reverse, hints: true }`. */
export const generatorSchema = z.discriminatedUnion('generator', [
  countSchema,
  modeSchema,
  copySchema,
  sortSchema,
  additionSchema,
  paritySchema,
  andSchema,
  majoritySchema,
]);
export type GeneratorConfig = z.output<typeof generatorSchema>;

type Builders = {
  [N in GeneratorConfig['generator']]: (config: GeneratorConfig & { generator: N }) => Generator;
};
const builders: Builders = {
  count: buildCount,
  mode: buildMode,
  copy: buildCopy,
  sort: buildSort,
  addition: buildAddition,
  parity: buildParity,
  and: buildAnd,
  majority: buildMajority,
};
export const generatorNames: readonly string[] = Object.keys(builders);

export const buildGenerator = (config: GeneratorConfig): Generator =>
  (builders[config.generator] as (config: GeneratorConfig) => Generator)(config);

/** The config of a name and options from a program; a Refusal where there is no such generator or option. */
export function readGeneratorConfig(
  name: string,
  options: Readonly<Record<string, unknown>>,
): GeneratorConfig {
  if (!generatorNames.includes(name)) {
    throw new Refusal(`there is no generator ${name}; ${suggest(name, generatorNames)}`);
  }
  const result = generatorSchema.safeParse({ ...options, generator: name });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const schema = generatorSchema.options.find(({ shape }) => shape.generator.value === name)!;
    const known = Object.keys(schema.shape).filter((key) => key !== 'generator');
    throw new Refusal(`${name} has no option ${issue.keys[0]}; ${suggest(issue.keys[0]!, known)}`);
  }
  const option = String(issue?.path[0]);
  const choices = issue?.code === 'invalid_value' ? `; it is one of ${issue.values.join(', ')}` : '';
  throw new Refusal(`${JSON.stringify(options[option])} is no value of ${name}'s option ${option}${choices}`);
}
