// What is given of a sentence's tree, in the labels and tags of a run.
import type { GivenSpan } from '../../trees/chart-given.ts';
import { splitChain } from '../../trees/normalize.ts';
import type { GivenBracket, PartialTree } from '../../trees/partial.ts';
import { UserError } from '../../util/errors.ts';
import { suggest } from '../../util/nearest.ts';
import { quote } from '../../util/quote.ts';
import type { Known } from './known.ts';

export interface Given {
  spans: readonly GivenSpan[];
  /** By words. */
  tags: ReadonlyMap<number, string>;
}

/**
 * A bracket right around a word that no constituent is called like is its tag; all others are constituents, several of
 * the same words a chain in which others may stand between them. A UserError where the run knows no such thing.
 */
export function resolveGiven({ brackets }: PartialTree, { labels, tags: known }: Known): Given {
  const chains = labels.map(splitChain);
  const names = new Set(chains.flat());
  const tags = new Map<number, string>();
  const bySpan = new Map<string, GivenBracket[]>();
  for (const bracket of brackets) {
    const { start, end, label, isInnermost } = bracket;
    if (label === undefined || names.has(label)) {
      const key = `${start} ${end}`;
      bySpan.set(key, [bracket, ...(bySpan.get(key) ?? [])]);
    } else if (isInnermost && known.includes(label)) tags.set(start, label);
    else {
      const hint = suggest(label, [...names, ...(isInnermost ? known : [])]);
      const what = isInnermost ? 'neither a constituent nor a tag' : 'no constituent';
      throw new UserError(`${what} of the run's treebank is called ${quote(label)}; ${hint}`);
    }
  }
  const spans = Array.from(bySpan.values(), (chain): GivenSpan => {
    const wanted = chain.flatMap(({ label }) => label ?? []);
    const allowed = labels.flatMap((_, k) => (isWithin(wanted, chains[k]!) ? [k] : []));
    if (allowed.length === 0)
      throw new UserError(`the run's treebank has never ${wanted.join(' over ')} of the same words`);
    const { start, end } = chain[0]!;
    return { start, end, labels: new Set(allowed) };
  });
  return { spans, tags };
}

/** Whether a list has all of another one in its order, with others between them perhaps. */
function isWithin(wanted: readonly string[], list: readonly string[]): boolean {
  let at = 0;
  for (const one of list) if (one === wanted[at]) at++;
  return at === wanted.length;
}
