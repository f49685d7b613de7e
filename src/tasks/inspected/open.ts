// The model of any run, or of a checkpoint of transformers, opened to be looked at.
import { type ModelConfig, models, type Role } from '../../models/index.ts';
import { RunFolder } from '../../run/run-folder.ts';
import { loadRunConfig } from '../config.ts';
import { isForeign } from '../open-encoder.ts';
import type { TaskConfig } from '../task.ts';
import { openInspectedChart } from './chart.ts';
import { openInspectedDecoder } from './decoder.ts';
import { openInspectedEncoder } from './encoder.ts';
import type { InspectedModel, OpenSettings } from './model.ts';
import { openInspectedPair } from './pair.ts';

const openers: Record<
  Role,
  (folder: RunFolder, config: TaskConfig, settings: OpenSettings) => InspectedModel
> = {
  encoder: (folder, config, settings) =>
    config.task === 'parsing'
      ? openInspectedChart(folder, config, settings)
      : openInspectedEncoder(folder.path, settings),
  decoder: openInspectedDecoder,
  encoderDecoder: openInspectedPair,
};

/** A UserError where the files are damaged or do not belong together. */
export function openInspected(path: string, settings: OpenSettings): InspectedModel {
  if (isForeign(path)) return openInspectedEncoder(path, settings);
  const folder = RunFolder.open(path);
  const config = loadRunConfig(folder) as TaskConfig & { model: ModelConfig };
  const role = (Object.keys(models) as Role[]).find((one) => Object.hasOwn(models[one], config.model.type))!;
  return openers[role](folder, config, settings);
}
