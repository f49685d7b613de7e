import { totalmem } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { UserError } from '../../src/util/errors.ts';
import { machineMemory, requireMemory } from '../../src/util/memory.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  ['a limit of a container', 4e9, 4e9],
  ['no limit', 0, totalmem()],
  ['a limit beyond the machine', 2 ** 64, totalmem()],
])('the memory of a process: %s', (_, limit, expected) => {
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(limit);
  expect(machineMemory()).toBe(expected);
});

test('what needs more than there is, is refused with both figures', () => {
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(1e9);
  expect(() => requireMemory(1e9, 'this', 'lower it')).not.toThrow();
  expect(() => requireMemory(40e9, 'this model', 'lower it')).toThrow(
    new UserError('this model needs about 40 GB of memory, 1.0 GB are there: lower it'),
  );
});
