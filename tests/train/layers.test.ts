import { expect, it } from 'vitest';
import { layerRates, layersBelowHead, openingSteps, topLayers } from '../../src/train/layers.ts';

const ENCODER = [
  'positions.weight',
  'embed.weight',
  'embedNorm.scale',
  'encoder.0.ff.weight',
  'encoder.10.ff.weight',
  'encoder.norm.scale',
  'pooler.weight',
  'classifier.weight',
];

it('counts from the head down; layers in between may have no parameters of their own', () => {
  expect([...layersBelowHead(ENCODER).values()].reverse()).toEqual([12, 12, 12, 11, 1, 0, 0, 0]);
});

it('counts in each stack; what comes before the second is under it', () => {
  const names = [
    'embed.weight',
    'encoder.0.w',
    'encoder.1.w',
    'encoder.norm.w',
    'tgtEmbed.weight',
    'decoder.0.w',
    'out.w',
  ];
  const below = layersBelowHead(names);
  expect(names.map((name) => below.get(name))).toEqual([3, 2, 1, 0, 2, 1, 0]);
});

it('a model without layers is all head', () => {
  expect([...layersBelowHead(['bag.weight', 'head.1']).values()]).toEqual([0, 0]);
});

it('rates fall by the factor from layer to layer; without one they are all the same', () => {
  const rate = layerRates(ENCODER, 0.5);
  expect(ENCODER.map(rate)).toEqual([12, 12, 12, 11, 1, 0, 0, 0].map((n) => 0.5 ** n));
  expect(ENCODER.map(layerRates(ENCODER))).toEqual(ENCODER.map(() => 1));
});

it('layers open from the head down, all at once without a number of updates', () => {
  expect(ENCODER.map(openingSteps(ENCODER, 3))).toEqual([36, 36, 36, 33, 3, 0, 0, 0]);
  expect(ENCODER.map(openingSteps(ENCODER))).toEqual(ENCODER.map(() => 0));
});

it.each([
  [0, []],
  [1, ['encoder.10.ff.weight']],
  [11, ['encoder.0.ff.weight', 'encoder.10.ff.weight']],
])('the top %d layers', (count, names) => {
  expect([...topLayers(ENCODER, count)]).toEqual(names);
});
