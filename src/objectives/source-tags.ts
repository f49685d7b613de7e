// Classes of source tokens, such as the tags of words at their first pieces, told of the encoder's vectors beside what the
// decoder writes: a second loss on what both are made of, as Kitaev et al. 2019 have it for words under a chart.
import type { Value } from '../graph/graph.ts';
import { cast, equal, not } from '../graph/ops/elementwise.ts';
import { crossEntropy } from '../graph/ops/loss.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Scope } from '../nn/scope.ts';
import type { Figure, Term } from './objective.ts';
import { classesOf } from './tree-words.ts';

export interface SourceTagOptions {
  /** Classes that there are. */
  count: number;
  /** What their loss counts for beside the decoder's. */
  weight: number;
}

export const sourceTagTerms = ({ weight }: SourceTagOptions): Record<'tagLoss', Term> => ({
  tagLoss: { per: 'words', scale: weight },
});

export const sourceTagStatistics: Record<string, Figure> = {
  tagAccuracy: { per: 'words', direction: 'max' },
};

/** Sums over `tags` int32 [B, S], `padId` where there is none, of the encoder's rows [B·S, D]. */
export function sumSourceTags(
  scope: Scope,
  encoded: Value,
  tags: Value,
  { count, padId }: Pick<SourceTagOptions, 'count'> & { padId: number },
): Record<'tagLoss' | 'tagAccuracy', Value> {
  const width = encoded.shape[1] as number;
  const { rows, table, bias } = classesOf(scope.at('tagger'), encoded, width, count);
  const labels = reshape(tags, [encoded.shape[0]!]);
  const counts = cast(not(equal(labels, padId)), 'float32');
  const { nll, hits } = crossEntropy(rows, table, labels, counts, 0, { bias, hits: true });
  return { tagLoss: nll, tagAccuracy: hits! };
}
