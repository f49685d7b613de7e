// What a task is: one kind of thing that can be trained and used. A task is one file and one row in index.ts; training,
// commands and the runs' folders know no other difference between tasks.
import type { z } from 'zod';
import type { Storage } from '../data/index-store.ts';
import type { SourceConfig } from '../data/sources/index.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import type { ModelConfig } from '../models/index.ts';
import type { Decoder, Encoder } from '../models/model.ts';
import type { TrainingConfig } from '../train/config.ts';
import type { Reading } from '../train/job.ts';
import type { TrainObserver } from '../train/observer.ts';
import type { TokenizersConfig } from './tokenizers.ts';

/** What any config for training has, whatever its task. */
export interface TaskConfig extends TrainingConfig {
  task: string;
  data: Partial<Record<SplitName, SourceConfig>> & { index?: boolean | undefined };
  tokenizers?: TokenizersConfig;
}

/** A decoder, alone or with its encoder. */
export type GeneratorModel = Decoder & Partial<Encoder> & { readonly config: ModelConfig };

export interface Task<Config extends TaskConfig> {
  /** What it does, in a few words. */
  readonly describe: string;
  /** The command that uses its runs, as a person types it. */
  readonly command: string;
  /** A whole config: the sections of all trainings (trainingSections), and the task's own. */
  schema(): z.ZodType<Config>;
  /** What must stay when a run goes on, beside `data`, `tokenizers` and what all trainings have. */
  identity(config: Config): Readonly<Record<string, unknown>>;
  /** The model that generates, over tokenizers of so many pieces a side; tasks whose models only encode have none. */
  generator?(config: Config, pieces: (side: string) => number): GeneratorModel;
  /** Where the configs of models of another type are other configs: the task as it is for them, by that type. */
  readonly forms?: Readonly<Record<string, Task<TaskConfig>>>;
  /** Reads the data; nothing of the run is written. The config's file names are absolute. */
  read(config: Config, observer: TrainObserver, storage?: Storage): Promise<Reading>;
}
