// A config as something to train.
import { loadConfig } from '../config/load.ts';
import { printConfig } from '../config/print.ts';
import { parsingSchema } from '../run/config.ts';
import { RunFolder } from '../run/run-folder.ts';
import type { Job } from '../train/train.ts';
import { configSchema, type TrainConfig } from './config.ts';
import { buildPairSystem } from './pair-system.ts';
import { prepareData, provideVocabularies, readCorpora, recordVocabularies } from './prepare-data.ts';

/** The config's file names must be absolute. */
export function buildJob(config: TrainConfig): Job {
  return {
    text: printConfig(config),
    settings: config,
    identity: identityOf(config),
    identityOf: (folder) => identityOf(loadConfig(RunFolder.open(folder.path).config, configSchema).value),
    read: async (observer) => {
      const corpora = readCorpora(config, observer);
      return async (home, isNew) => {
        if (isNew) await provideVocabularies(config, corpora, home, observer);
        const record = { ...corpora.record, ...recordVocabularies(config, home) };
        return {
          record,
          build: async () => buildPairSystem(config, prepareData(config, corpora, home, observer), record),
        };
      };
    },
  };
}

/** What must stay when a run goes on. Files are not among it: their content is compared by checksums. */
function identityOf({ seed, task, parsing, data, preprocess, vocabulary, model, optimizer }: TrainConfig) {
  const { srcLang, tgtLang, filter, batchTokens, batchSentences, padToMultiple } = data;
  return {
    seed,
    task,
    parsing: task === 'parsing' ? (parsing ?? parsingSchema.parse({})) : undefined,
    data: { srcLang, tgtLang, filter, batchTokens, batchSentences, padToMultiple },
    preprocess,
    vocabulary: { ...vocabulary, models: vocabulary.models === undefined ? undefined : 'given' },
    model,
    optimizer: { type: optimizer.type },
  };
}
