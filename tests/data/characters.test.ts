import { expect, it } from 'vitest';
import { buildAlphabet, learnCharacters } from '../../src/data/characters.ts';

it('an alphabet has what occurs twice, in the order of code points', () => {
  expect(learnCharacters(['été', 'été', '𝒳𝒳', 'z'])).toEqual(['t', 'é', '𝒳']);
});

it('words are rows between two signs; others are unknown, and long ones lose their middle', () => {
  const { size, idsOf } = buildAlphabet(['a', '𝒳']);
  expect(size).toBe(6);
  expect(idsOf('a𝒳b')).toEqual([2, 4, 5, 1, 3]);
  const long = idsOf(`${'a'.repeat(20)}${'b'.repeat(1000)}${'𝒳'.repeat(20)}`);
  expect(long).toEqual([2, ...Array<number>(20).fill(4), ...Array<number>(20).fill(5), 3]);
});
