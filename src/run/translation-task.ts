// Translation: parallel lines, preprocessing steps of each language, BLEU.
import { loadSplit } from '../data/corpus.ts';
import { buildBleu } from '../metrics/bleu.ts';
import type { SystemConfig } from './config.ts';
import { buildPreprocessors } from './languages.ts';
import type { Task } from './task.ts';

export function buildTranslationTask(config: SystemConfig): Task {
  const { src, tgt } = buildPreprocessors(config);
  const { text: compared = 'raw', bleu } = config.evaluation;
  const buildMetric = () => buildBleu(bleu);
  return {
    metric: 'BLEU',
    read: (data, split) => {
      const raw = loadSplit(data, split);
      return {
        raw,
        text: { src: raw.src.map((line) => src.apply(line)), tgt: raw.tgt.map((line) => tgt.apply(line)) },
      };
    },
    prepare: (line) => src.apply(line),
    isPrepared: (line) => src.apply(src.undo(line)) === line,
    present: (output) => ({ text: tgt.undo(output) }),
    vocabularyText: (text) => text,
    codec: (languages) => {
      const [source, target] = [languages.src.vocabulary, languages.tgt.vocabulary];
      return {
        encodeSource: (line) => source.encode(line),
        encodePair: (s, t, sampling) =>
          sampling === undefined
            ? { src: source.encode(s), tgt: target.encode(t) }
            : { src: source.sample(s, sampling), tgt: target.sample(t, sampling) },
        decode: (ids) => target.decode(ids),
      };
    },
    constraint: () => undefined,
    scoring: () => {
      const order = `ngrams:${bleu?.maxNgramOrder ?? 4}`;
      return [buildMetric().signature(1), order, `text:${compared}`].join('|');
    },
    judge: (outputs, { raw, text }) => {
      const hypotheses = compared === 'raw' ? outputs.map((line) => tgt.undo(line)) : [...outputs];
      const references = compared === 'raw' ? raw.tgt : text.tgt;
      const metric = buildMetric();
      return {
        score: metric.score(hypotheses, [references]),
        signature: metric.signature(1),
        hypotheses,
        references,
      };
    },
  };
}
