// The end of training: the better of the best and the averaged parameters is chosen, stored, and scored on the test
// set.
import { buildTranslationGraph } from '../decode/translation-graph.ts';
import { encodeModel } from '../onnx/schema.ts';
import { saveResult } from '../run/results.ts';
import type { Judged } from '../run/task.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { averageParameters, saveParameters } from './checkpoint.ts';
import { isBetter } from './criterion.ts';
import type { Progress } from './progress.ts';
import type { TrainingRun } from './training-run.ts';

/** A source line with its output and reference, for people to read. */
export interface Sample {
  src: string;
  hyp: string;
  ref: string;
}

/** Writes `model.safetensors` and `decode.onnx` and scores the test set, or the validation set where there is none. */
export async function finish(
  run: TrainingRun,
  progress: Progress,
): Promise<{ test: Judged | undefined; samples: Sample[] }> {
  const { config, folder, data, system } = run;
  const { parameters } = system.step;
  const chosen = await chooseWeights(run, progress);
  saveParameters(folder.checkpoint('model'), parameters, { 'tx.weights': chosen });
  const { model } = buildTranslationGraph(system.model, {
    decode: config.decode,
    ids: data.languages.ids,
    constraint: data.constraint,
    weights: parameters.tensors(),
  });
  writeFileAtomic(folder.graph('decode'), encodeModel(model));
  const { valid, test } = data;
  const set = test ?? valid;
  const result = await score(run, chosen, test === undefined ? 'valid' : 'test');
  const samples = spread(set.raw.src.length, config.evaluation.samples).map((i) => ({
    src: set.raw.src[i]!,
    hyp: result.hypotheses[i]!,
    ref: result.references[i]!,
  }));
  return { test: test && result, samples };
}

/** Leaves the parameters that do best on the validation set in place and names them. */
async function chooseWeights(run: TrainingRun, { best, snapshots }: Progress): Promise<'best' | 'averaged'> {
  const { folder, system, criterion } = run;
  const { parameters } = system.step;
  const bestPath = folder.checkpoint('best');
  if (snapshots.length < 2) {
    parameters.assign(loadSafetensors(bestPath).tensors, bestPath);
    return 'best';
  }
  averageParameters(
    snapshots.map((name) => folder.checkpoint(name)),
    parameters,
  );
  saveParameters(folder.checkpoint('averaged'), parameters);
  const value = criterion.isLoss
    ? (await system.validator.means()).loss
    : (await score(run, 'averaged', 'valid')).score.score;
  if (Number.isFinite(value) && !isBetter(criterion, best!.value, value)) return 'averaged';
  parameters.assign(loadSafetensors(bestPath).tensors, bestPath);
  return 'best';
}

/** Scores the outputs for a set, and keeps both in the run's folder. */
async function score(
  { folder, data, system, log, observer }: TrainingRun,
  weights: string,
  name: 'valid' | 'test',
): Promise<Judged> {
  const result = await system.validator.score(data[name]!, (done, total) =>
    observer.progress(name, done, total),
  );
  saveResult(folder, name, { weights, ...result });
  log.append({
    event: 'result',
    weights,
    set: name,
    metric: data.task.metric,
    score: result.score.score,
    signature: result.signature,
  });
  return result;
}

/** `count` positions spread evenly over [0, length). */
function spread(length: number, count: number): number[] {
  const n = Math.min(length, count);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * length) / n));
}
