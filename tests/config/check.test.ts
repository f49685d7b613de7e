// What zod finds wrong is told in words for people, whatever its kind: none of zod's own texts gets through.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { explain } from '../../src/config/check.ts';

const cases: [string, z.ZodType, unknown, string][] = [
  ['invalid_type', z.number(), 'x', 'expected a number, found "x"'],
  ['invalid_type', z.int(), 1.5, 'expected a whole number, found 1.5'],
  ['invalid_type', z.boolean(), null, 'expected true or false, found nothing'],
  ['invalid_type', z.string(), undefined, 'missing; expected text'],
  ['invalid_type', z.array(z.number()), 1, 'expected a list, found 1'],
  ['invalid_type', z.tuple([z.number()]), {}, 'expected a list, found a map'],
  ['invalid_type', z.record(z.string(), z.number()), [], 'expected a map, found a list'],
  [
    'invalid_value',
    z.enum(['adam', 'sgd']),
    'adma',
    'expected one of adam, sgd, found "adma"; did you mean adam?',
  ],
  ['invalid_value', z.literal(3), 4, 'expected 3, found 4'],
  ['too_small', z.number().min(1), 0, 'expected at least 1, found 0'],
  ['too_small', z.number().gt(0), 0, 'expected more than 0, found 0'],
  ['too_small', z.string().min(1), '', 'expected at least 1 characters, found ""'],
  ['too_small', z.array(z.number()).min(2), [1], 'expected at least 2 items, found 1'],
  ['too_big', z.number().max(1), 2, 'expected at most 1, found 2'],
  ['too_big', z.number().lt(1), 1, 'expected less than 1, found 1'],
  ['too_big', z.int(), 1e300, 'expected at most 9007199254740991, found 1e+300'],
  ['not_multiple_of', z.number().multipleOf(2), 3, 'expected a multiple of 2, found 3'],
  ['unrecognized_keys', z.strictObject({}), { a: 1 }, 'unknown key a'],
  ['unrecognized_keys', z.strictObject({}), { a: 1, b: 2 }, 'unknown keys a, b'],
  ['invalid_union', z.union([z.number(), z.boolean()]), 'x', 'expected another form, found "x"'],
  [
    'invalid_union',
    z.discriminatedUnion('type', [z.object({ type: z.literal('a') })]),
    { type: 'b' },
    'expected a, found "b"; did you mean a?',
  ],
  [
    'invalid_key',
    z.record(z.string().min(2), z.number()),
    { a: 1 },
    'a key has another form than is expected here',
  ],
  [
    'invalid_element',
    z.map(z.object({}), z.number()),
    new Map([[{}, 'x']]),
    'an item has another form than is expected here',
  ],
  ['invalid_format', z.string().regex(/^a$/), 'b', 'found "b", which is not of the form regex'],
  ['invalid_format', z.email(), 'b', 'found "b", which is not of the form email'],
  ['custom', z.number().refine(() => false, { error: 'own words' }), 1, 'own words'],
  ['custom', z.number().refine(() => false), 1, 'is not accepted'],
];

it.each(cases)('%s', (code, schema, value, message) => {
  const { error } = schema.safeParse(value, { error: explain });
  expect([error!.issues[0]!.code, error!.issues[0]!.message]).toEqual([code, message]);
});

it('every kind that zod has is among the cases', () => {
  // The union of zod's types of issues; a new kind makes this a type error.
  const kinds: Record<z.core.$ZodIssue['code'], true> = {
    invalid_type: true,
    too_big: true,
    too_small: true,
    invalid_format: true,
    not_multiple_of: true,
    unrecognized_keys: true,
    invalid_union: true,
    invalid_key: true,
    invalid_element: true,
    invalid_value: true,
    custom: true,
  };
  expect([...new Set(cases.map(([code]) => code))].sort()).toEqual(Object.keys(kinds).sort());
});
