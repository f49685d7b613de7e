// What a training has to do with from its start to its end.
import type { RunFolder } from '../run/run-folder.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { TrainConfig } from './config.ts';
import type { Criterion } from './criterion.ts';
import type { DataRecord } from './data-record.ts';
import type { MetricsLog } from './metrics-log.ts';
import type { TrainObserver } from './observer.ts';
import type { PreparedData } from './prepare-data.ts';
import type { TrainingSystem } from './system.ts';

export interface TrainingRun {
  config: TrainConfig;
  folder: RunFolder;
  data: PreparedData;
  record: DataRecord;
  system: TrainingSystem;
  criterion: Criterion;
  store: CheckpointStore;
  log: MetricsLog;
  observer: TrainObserver;
}
