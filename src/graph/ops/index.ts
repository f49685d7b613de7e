// The operators that graphs can hold: their families' rules under one roof.
import { controlRules } from './control.ts';
import { elementwiseRules } from './elementwise.ts';
import { indexingRules } from './indexing.ts';
import { lossRules } from './loss.ts';
import { fusedMatmulRules, matmulRules } from './matmul.ts';
import { normalizationRules } from './normalization.ts';
import { packingRules } from './packing.ts';
import { reduceRules } from './reduce.ts';
import { shapeRules } from './shape.ts';

export const rules = {
  ...elementwiseRules,
  ...matmulRules,
  ...fusedMatmulRules,
  ...reduceRules,
  ...shapeRules,
  ...indexingRules,
  ...normalizationRules,
  ...lossRules,
  ...packingRules,
  ...controlRules,
};

export type OpType = keyof typeof rules;
