// A config as something to train.
import { printConfig } from '../config/print.ts';
import type { Storage } from '../data/index-store.ts';
import { requireFiles } from '../data/known-corpora.ts';
import { filesOf } from '../data/sources/index.ts';
import type { Job } from '../train/job.ts';
import { loadRunConfig } from './config.ts';
import { taskOf } from './index.ts';
import type { TaskConfig } from './task.ts';
import { filesOfTokenizers, identityOfTokenizers } from './tokenizers.ts';

/** The config's file names must be absolute. `storage` says where text that is larger than memory is kept. */
export function buildJob(config: TaskConfig, storage?: Storage): Job {
  const task = taskOf(config)!;
  return {
    text: printConfig(config),
    settings: config,
    identity: identityOf(config),
    identityOf: (folder) => identityOf(loadRunConfig(folder)),
    read: async (observer) => {
      requireFiles(sourceFiles(config));
      return task.read(config, observer, storage);
    },
  };
}

/** The files of a config's sources. */
const sourceFiles = ({ data }: TaskConfig): string[] =>
  [data.train, data.valid, data.test].flatMap((source) => (source === undefined ? [] : filesOf(source)));

/** The files that a new run of a config needs: of its sources, and tokenizers that are given. */
export const filesOfConfig = (config: TaskConfig): string[] => [
  ...sourceFiles(config),
  ...filesOfTokenizers(config.tokenizers ?? {}),
];

/** What must stay when a run goes on; of sources and tokenizers the content is compared. */
function identityOf(config: TaskConfig): object {
  const { seed, task, optimizer, init, tokenizers = {} } = config;
  const { train: _train, valid: _valid, test: _test, index: _index, ...data } = config.data;
  return {
    seed,
    task,
    data,
    tokenizers: identityOfTokenizers(tokenizers),
    ...taskOf(config)!.identity(config),
    init: { freeze: init?.freeze ?? [] },
    optimizer: { type: optimizer.type },
  };
}
