// The JSON Schema in the package: it is the one of the code, and has a text for every setting.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatConfigSchema } from '../../src/tasks/config-schema.ts';
import { tasks } from '../../src/tasks/index.ts';
import { tx } from '../commands/run.ts';

const path = join(import.meta.dirname, '../../configs/tx.schema.json');

interface Schema {
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
  required?: string[];
}

const parsed = JSON.parse(formatConfigSchema()) as { $defs: Record<string, Schema> };

it('is the file in the package (node bin/tx.js config --schema > configs/tx.schema.json)', async () => {
  expect(readFileSync(path, 'utf8')).toBe(formatConfigSchema());
  expect((await tx(['config', '--schema'])).stdout).toBe(formatConfigSchema());
});

it('has every task, and a text for each of its settings', () => {
  const names = Object.entries(tasks).flatMap(([name, { forms = {} }]) => [
    name,
    ...Object.keys(forms).map((type) => `${name}-${type}`),
  ]);
  expect(Object.keys(parsed.$defs)).toEqual(names);
  const without: string[] = [];
  const look = (schema: Schema, path: string): void => {
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      const place = path === '' ? key : `${path}.${key}`;
      const branches = [inner, ...(inner.anyOf ?? []), ...(inner.oneOf ?? [])];
      const isSection = branches.some(
        ({ properties, additionalProperties }) => properties ?? typeof additionalProperties === 'object',
      );
      if (inner.description === undefined && !isSection) without.push(place);
      look(inner, place);
    }
    for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) look(branch, path);
    if (typeof schema.additionalProperties === 'object') look(schema.additionalProperties, `${path}.NAME`);
  };
  for (const schema of Object.values(parsed.$defs)) look(schema, '');
  expect(without.filter((place) => place !== 'include')).toEqual([]);
});

it('has defaults and choices, and lets a file lack what it may include', () => {
  const { translation, lm } = parsed.$defs as Record<'translation' | 'lm', Schema>;
  expect(translation.properties!.objective!.properties!.labelSmoothing!.default).toBe(0.1);
  expect(lm.properties!.objective!.properties!.labelSmoothing!.default).toBe(0);
  expect(translation.properties!.model!.properties!.norm!.enum).toEqual(['pre', 'post']);
  expect(lm.properties!.task!.const).toBe('lm');
  expect([translation.required, translation.properties!.data!.required]).toEqual([undefined, undefined]);
});
