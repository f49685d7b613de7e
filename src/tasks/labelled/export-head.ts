// The heads of runs over labelled text as transformers' classes have them.
import type { WriteOptions } from '../../exchange/write.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import type { TensorData } from '../../tensor/tensor.ts';
import { readText } from '../../util/text.ts';
import { type LabelledConfig, textHead } from './config.ts';
import { openTarget, sourceOf } from './kinds.ts';
import { scaleSchema } from './score.ts';

export interface ExportedHead {
  /** All parameters; those of a head for scores tell them in the scale of the table. */
  tensors: ReadonlyMap<string, TensorData>;
  about: Pick<WriteOptions, 'labels' | 'problem'>;
  /** Why transformers has no class for the head; undefined where it has one, if the kind of model has. */
  misfit: string | undefined;
}

/** A UserError where the files of the run are damaged. */
export function exportHead(
  run: RunFolder,
  config: LabelledConfig,
  tensors: ReadonlyMap<string, TensorData>,
): ExportedHead {
  const { classes } = openTarget(config, run);
  const source = sourceOf(config, 'train')!;
  const ofWords = source.kind === 'conll';
  const { pooling } = textHead(config);
  const about: ExportedHead['about'] = {
    ...(classes.length > 0 && { labels: classes }),
    ...(!ofWords && { problem: problemOf(source.score !== undefined, source.labels !== undefined) }),
  };
  const misfit =
    ofWords || pooling === 'pooler'
      ? undefined
      : `there heads of whole texts read what the pooler makes of the first place, this one reads: ${pooling}`;
  return { tensors: !ofWords && source.score !== undefined ? inScale(run, tensors) : tensors, about, misfit };
}

const problemOf = (isScore: boolean, isSet: boolean): WriteOptions['problem'] => {
  if (isScore) return 'regression';
  return isSet ? 'multi_label_classification' : 'single_label_classification';
};

/** x W + b in units of the training scores, as x (d W) + (d b + m) in their own. */
function inScale(run: RunFolder, tensors: ReadonlyMap<string, TensorData>): Map<string, TensorData> {
  const { mean, deviation } = scaleSchema.parse(JSON.parse(readText(run.scores)));
  const scaled = (name: string, shift: number): [string, TensorData] => {
    const { dims, data } = tensors.get(name)!;
    const values = (data as Float32Array).map((x) => deviation * x + shift);
    return [name, { dtype: 'float32', dims, data: values }];
  };
  return new Map([...tensors, scaled('regressor.weight', 0), scaled('regressor.bias', mean)]);
}
