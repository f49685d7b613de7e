// The end of training: the better of the best and the averaged parameters is chosen, stored, and judged on the test
// set.
import { encodeModel } from '../onnx/schema.ts';
import { saveResult } from '../run/results.ts';
import type { GraphName } from '../run/run-folder.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { averageParameters, saveParameters } from './checkpoint.ts';
import { isBetter } from './criterion.ts';
import type { Progress } from './progress.ts';
import type { Evaluation, SplitName, System } from './system.ts';
import type { TrainingRun } from './training-run.ts';

export interface Finished {
  /** Which parameters were chosen. */
  weights: 'best' | 'averaged';
  /** The set that they were judged on: the validation set where there is no test set. */
  split: SplitName;
  /** The figure that the task is known by. */
  metric: string;
  figures: Readonly<Record<string, number>>;
  evaluation: Evaluation | undefined;
}

/** Writes `model.safetensors` and the graphs of the trained model, and judges it on the test set. */
export async function finish(run: TrainingRun, progress: Progress): Promise<Finished> {
  const { folder, engine } = run;
  const { parameters, system } = engine;
  const weights = await chooseWeights(run, progress);
  saveParameters(folder.checkpoint('model'), parameters, { 'tx.weights': weights });
  for (const [name, model] of Object.entries(system.artifacts(parameters.tensors())))
    writeFileAtomic(folder.graph(name as GraphName), encodeModel(model));
  const split = system.hasTest ? 'test' : 'valid';
  return { weights, split, metric: system.mainFigure, ...(await judge(run, weights, split)) };
}

/** Leaves the parameters that do best on the validation set in place and names them. */
async function chooseWeights(run: TrainingRun, { best, snapshots }: Progress): Promise<'best' | 'averaged'> {
  const { folder, engine, criterion } = run;
  const { parameters } = engine;
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
  const figures = criterion.isEvaluated
    ? (await judge(run, 'averaged', 'valid')).figures
    : await engine.means(engine.system.held.valid);
  const value = figures[criterion.figure]!;
  if (Number.isFinite(value) && !isBetter(criterion, best!.value, value)) return 'averaged';
  parameters.assign(loadSafetensors(bestPath).tensors, bestPath);
  return 'best';
}

/** Judges the parameters in place on a set, and keeps what came of it in the run's folder. */
async function judge(
  { folder, engine, log, observer }: TrainingRun,
  weights: string,
  split: SplitName,
): Promise<{ figures: Readonly<Record<string, number>>; evaluation: Evaluation | undefined }> {
  const { system, parameters } = engine;
  const onProgress = (done: number, total: number) => observer.progress(split, done, total);
  const evaluation = await system.evaluator?.evaluate(split, parameters, onProgress);
  const figures = evaluation?.figures ?? (await engine.means(system.held[split]!));
  saveResult(folder, split, evaluation?.files ?? {}, { weights, ...(evaluation?.summary ?? figures) });
  const signature = evaluation?.signature ?? system.objective.signature;
  const { samples } = evaluation ?? {};
  log.append({ event: 'result', weights, set: split, ...mainFigure(system, figures), signature, samples });
  return { figures, evaluation };
}

/** The figure that a task is known by, as metrics name it. */
export function mainFigure(
  { mainFigure: metric }: System,
  figures: Readonly<Record<string, number>>,
): { metric: string; score: number } {
  return { metric, score: figures[metric]! };
}
