// Several models that write one text: the next token's distribution is the mean of theirs in log space, made to sum to 1
// again by whoever searches (Sutskever et al. 2014, section 3.6, and Vinyals et al. 2015 search so with five models). Each
// keeps a state of its own; all of them follow the same hypotheses.
import type { Value } from '../graph/graph.ts';
import { add, mul } from '../graph/ops/elementwise.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import type { SearchProblem } from './beam-search.ts';

/** One problem of several over the same tokens, with the same limits; of one it is that one. */
export function meanProblem(problems: readonly SearchProblem[]): SearchProblem {
  const [first] = problems as [SearchProblem];
  if (problems.length === 1) return first;
  const starts = problems.map((_, k) =>
    problems.slice(0, k).reduce((sum, { state }) => sum + state.length, 0),
  );
  return {
    ...first,
    maxLimit: Math.min(...problems.map(({ maxLimit }) => maxLimit)),
    state: problems.flatMap(({ state }, k) =>
      state.map((entry) => ({ ...entry, name: `${k}.${entry.name}` })),
    ),
    step: (tokens, position, state) => {
      const steps = problems.map((problem, k) =>
        problem.step(tokens, position, state.slice(starts[k], starts[k]! + problem.state.length)),
      );
      const sum = steps.map(({ logits }) => logSoftmax(logits)).reduce((a: Value, b) => add(a, b));
      return { logits: mul(sum, 1 / problems.length), state: steps.flatMap((step) => step.state) };
    },
  };
}
