// Trees beside the gold ones: labelled F1 as EVALB computes it.
import { Score } from '../metrics/metric.ts';
import { evaluate, type Summary, summarize } from '../trees/evalb.ts';
import type { EvalbParameters } from '../trees/evalb-parameters.ts';
import { readTrees } from '../trees/read.ts';
import { isPreterminal, mapTree, NO_TAG, type Tree, tags } from '../trees/tree.ts';
import { writeTree } from '../trees/write.ts';

/** The score, and the trees as they were compared; `gold` is written trees over the same words. */
export function judgeTrees(
  trees: readonly Tree[],
  gold: readonly string[],
  parameters: EvalbParameters,
): { score: Score; hypotheses: string[] } {
  const hypotheses = trees.map((tree, i) => {
    const [wanted] = readTrees(gold[i]!);
    return writeTree(punctuateAs(wanted!, tree, parameters.deleteLabels));
  });
  const results = hypotheses.map((hypothesis, i) => evaluate(gold[i]!, hypothesis, parameters));
  return { score: new F1Score(summarize(results, parameters).all), hypotheses };
}

class F1Score extends Score {
  readonly summary: Summary;

  constructor(summary: Summary) {
    super('F1', summary.f1);
    this.summary = summary;
  }

  override get verbose(): string {
    const { precision, recall, exactMatch, valid, errors } = this.summary;
    const [p, r, exact] = [precision, recall, exactMatch].map((value) => value.toFixed(2));
    return `(P = ${p} R = ${r} exact = ${exact} sentences = ${valid} errors = ${errors})`;
  }
}

/**
 * The tree with those words under `deleted` tags that are so in the gold tree. EVALB deletes them, and a sentence of
 * which it deletes other words than of the gold one would have no part in the score.
 */
function punctuateAs(gold: Tree, tree: Tree, deleted: ReadonlySet<string>): Tree {
  const wanted = tags(gold).values();
  return mapTree(tree, (node) => {
    if (!isPreterminal(node)) return node;
    const tag = wanted.next().value!;
    if (deleted.has(tag)) return { ...node, label: tag };
    return deleted.has(node.label) ? { ...node, label: NO_TAG } : node;
  });
}
