// What a training has to do with from its start to its end.
import type { RunFolder } from '../run/run-folder.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { TrainingConfig } from './config.ts';
import type { Criterion } from './criterion.ts';
import type { Engine } from './engine.ts';
import type { MetricsLog } from './metrics-log.ts';
import type { TrainObserver } from './observer.ts';

export interface TrainingRun {
  config: TrainingConfig;
  folder: RunFolder;
  engine: Engine;
  criterion: Criterion;
  store: CheckpointStore;
  log: MetricsLog;
  observer: TrainObserver;
}
