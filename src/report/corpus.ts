// What is compared: the translations of one or several systems, their references and, if known, the sources.
import type { ReferenceLines } from '../metrics/metric.ts';
import { UserError } from '../util/errors.ts';
import { plural } from '../util/format.ts';

export interface System {
  readonly name: string;
  readonly hyps: readonly string[];
}

export interface Corpus {
  /** `refs[r][i]` is reference r of sentence i, or undefined; each sentence has at least one. */
  readonly refs: readonly ReferenceLines[];
  readonly src?: readonly string[] | undefined;
  /** The first is the baseline. */
  readonly systems: readonly System[];
}

/** The references of each sentence, without gaps. */
export function groupReferences(refs: readonly ReferenceLines[]): string[][] {
  return refs[0]!.map((_, i) => refs.flatMap((lines) => lines[i] ?? []));
}

/** A UserError if there is nothing to compare, two systems share a name, line counts differ or a line has no reference. */
export function checkCorpus({ refs, src, systems }: Corpus): void {
  const [first] = refs;
  if (!first) throw new UserError('nothing to compare with: give at least one reference');
  if (systems.length === 0) throw new UserError('nothing to compare: give at least one system');
  if (first.length === 0) throw new UserError('nothing to compare: the reference has no lines');
  const check = (name: string, lines: readonly unknown[]): void => {
    if (lines.length === first.length) return;
    throw new UserError(`${name} has ${plural(lines.length, 'line')}, but the reference has ${first.length}`);
  };
  refs.forEach((ref, r) => {
    check(`reference ${r + 1}`, ref);
  });
  const bare = groupReferences(refs).findIndex((own) => own.length === 0);
  if (bare >= 0) throw new UserError(`line ${bare + 1} has no reference: give it one, or leave the line out`);
  if (src) check('the source', src);
  const names = new Set<string>();
  for (const { name, hyps } of systems) {
    check(name, hyps);
    if (names.has(name)) throw new UserError(`two systems are called ${name}: give each a name of its own`);
    names.add(name);
  }
}
