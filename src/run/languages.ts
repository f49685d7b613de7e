// The text side of a system: preprocessing and vocabulary of each language, and their special ids.
import type { SpecialIds } from '../data/pairs.ts';
import type { VocabularyShape } from '../models/model.ts';
import { buildPreprocessor, type Preprocessor } from '../tokenizers/preprocess.ts';
import { Vocabulary } from '../tokenizers/sentencepiece.ts';
import { UserError } from '../util/errors.ts';
import type { SystemConfig } from './config.ts';
import type { RunFolder } from './run-folder.ts';

export interface Language {
  preprocessor: Preprocessor;
  vocabulary: Vocabulary;
}

export interface Languages {
  src: Language;
  tgt: Language;
  ids: SpecialIds;
}

/** The preprocessing steps of both languages. */
export function buildPreprocessors({ preprocess, data }: SystemConfig) {
  return {
    src: buildPreprocessor(preprocess.src, data.srcLang),
    tgt: buildPreprocessor(preprocess.tgt, data.tgtLang),
  };
}

/** Loads the vocabularies of a run. */
export function loadLanguages(config: SystemConfig, folder: RunFolder): Languages {
  const { joint, normalization } = config.vocabulary;
  const { src: srcPreprocessor, tgt: tgtPreprocessor } = buildPreprocessors(config);
  const srcVocabulary = Vocabulary.load(folder.vocabulary(joint ? 'joint' : 'src'), { normalization });
  const tgtVocabulary = joint ? srcVocabulary : Vocabulary.load(folder.vocabulary('tgt'), { normalization });
  return {
    src: { preprocessor: srcPreprocessor, vocabulary: srcVocabulary },
    tgt: { preprocessor: tgtPreprocessor, vocabulary: tgtVocabulary },
    ids: specialIds(srcVocabulary, tgtVocabulary),
  };
}

/** What a model is told of the vocabularies. */
export function vocabularyShape({ src, tgt, ids }: Languages): VocabularyShape {
  return { srcVocabSize: src.vocabulary.size, tgtVocabSize: tgt.vocabulary.size, padId: ids.padId };
}

/** Both sides must agree on the ids that frame sentences. */
function specialIds(src: Vocabulary, tgt: Vocabulary): SpecialIds {
  const { padId, bosId, eosId } = tgt;
  for (const [name, id] of Object.entries({ pad: padId, bos: bosId, eos: eosId })) {
    if (id < 0) throw new UserError(`the vocabulary has no ${name} piece; train it with one`);
  }
  if (src.padId !== padId || src.eosId !== eosId) {
    throw new UserError('the source and target vocabularies give different ids to pad or eos');
  }
  return { padId, bosId, eosId };
}
