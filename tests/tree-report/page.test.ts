import { expect, it } from 'vitest';
import { outlineOf } from '../../src/tree-report/outline.ts';
import { evaluate } from '../../src/trees/evalb.ts';
import { parameterSets } from '../../src/trees/evalb-parameters.ts';

it('a tree is a line for each constituent, with its brackets in the order in which they open', () => {
  const text = '( (S (NP (DT the) (NN dog)) (VP (VBZ barks) (NP (NN now)) (. .) (. .))))';
  const { goldSentence } = evaluate(text, text, parameterSets.collins);
  const lines = outlineOf(text, goldSentence.brackets);
  expect(lines.map(({ depth, bracket, words }) => [depth, bracket?.label, words.join(' ')])).toEqual([
    [0, '', ''],
    [1, 'S', ''],
    [2, 'NP', 'the dog'],
    [2, 'VP', 'barks'],
    [3, 'NP', 'now'],
    [3, undefined, '. .'],
  ]);
});
