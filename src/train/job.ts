// What training asks of a task before it starts: a job, whose data is read only once the run can go on.
import type { RunFolder } from '../run/run-folder.ts';
import type { TrainingConfig } from './config.ts';
import type { DataRecord } from './data-record.ts';
import type { TrainObserver } from './observer.ts';
import type { System } from './system.ts';

/** What is to be trained: a task's reading of a config. */
export interface Job {
  /** The config as the run's folder keeps it; its file names are absolute. */
  text: string;
  settings: TrainingConfig;
  /** What of the config must stay when a run goes on. */
  identity: unknown;
  /** The same of the run in a folder. */
  identityOf(folder: RunFolder): unknown;
  /** Reads the data; nothing is written. */
  read(observer: TrainObserver): Promise<Reading>;
}

/**
 * Makes what of the system the run's folder holds, such as vocabularies, if it `isNew`; then there is a record of all
 * that decides training, and the system can be built.
 */
export type Reading = (
  home: RunFolder,
  isNew: boolean,
) => Promise<{ record: DataRecord; build(): Promise<System> }>;
