// How good single outputs of a run are: the F1 of a tree's brackets, or chrF, which tells sentences apart where BLEU is 0.
import { buildChrf } from '../metrics/chrf.ts';
import { segmentStatistics } from '../metrics/segment-statistics.ts';
import { evaluate } from '../trees/evalb.ts';
import { buildParameters, evalbSchema } from '../trees/evalb-parameters.ts';

export interface SentenceFigure {
  readonly name: string;
  /** From 0 to 100, line by line; as many outputs as references. */
  readonly scores: (outputs: readonly string[], references: readonly string[]) => number[];
}

/** The figure that suits runs known by `metric`. */
export const sentenceFigureFor = (metric: string | undefined): SentenceFigure =>
  metric === 'F1' ? brackets : characters;

const characters: SentenceFigure = {
  name: 'chrF',
  scores: (outputs, references) => {
    const metric = buildChrf();
    const segments = metric.prepare([references]).computeSegments(outputs);
    return outputs.map((_, i) => metric.computeScore(segmentStatistics(segments, i)).score);
  },
};

const brackets: SentenceFigure = {
  name: 'F1',
  scores: (outputs, references) => {
    const { parameters } = buildParameters(evalbSchema.parse({}));
    return outputs.map((output, i) => {
      const { matched, gold, test } = evaluate(references[i], output, parameters);
      return gold + test === 0 ? 0 : (200 * matched) / (gold + test);
    });
  },
};
