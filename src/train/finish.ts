// The end of training: the better of the best and the averaged parameters is chosen, stored, and judged.
import { encodeModel } from '../onnx/schema.ts';
import { saveResult } from '../run/results.ts';
import type { GraphName } from '../run/run-folder.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { meanParameters } from './average.ts';
import { saveParameters } from './checkpoint.ts';
import { isBetter } from './criterion.ts';
import type { Progress } from './progress.ts';
import { shareParameters } from './share.ts';
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

/** What parameters give on a set. */
interface Judgement {
  figures: Readonly<Record<string, number>>;
  evaluation: Evaluation | undefined;
}

/**
 * Writes `model.safetensors` and the graphs of the trained model, and judges it on the test set, and on the validation
 * set too where that tells more than its loss. `known` is what the best parameters gave there. Ranks share the work, and
 * rank 0 reads and writes the files.
 */
export async function finish(
  run: TrainingRun,
  progress: Progress,
  known: Evaluation | undefined,
): Promise<Finished> {
  const { config, folder, engine } = run;
  const { parameters, system } = engine;
  const { weights, valid } = await chooseWeights(run, progress, known);
  if (engine.group.rank === 0) {
    saveParameters(folder.checkpoint('model'), parameters, { 'tx.weights': weights });
    for (const [name, model] of Object.entries(system.artifacts(parameters.tensors())))
      writeFileAtomic(folder.graph(name as GraphName), encodeModel(model));
  }
  const tellsMore = system.evaluator !== undefined && config.training.scoreEvery > 0;
  let judgement: Judgement | undefined;
  for (const split of ['valid', 'test'] as const) {
    if (split === 'test' ? !system.hasTest : system.hasTest && !tellsMore) continue;
    judgement = (split === 'valid' ? valid : undefined) ?? (await judge(run, split));
    keep(run, weights, split, judgement);
  }
  const split = system.hasTest ? 'test' : 'valid';
  return { weights, split, metric: system.mainFigure, ...judgement! };
}

/** Leaves the parameters that do best on the validation set in place; what is known of them on it. */
async function chooseWeights(
  run: TrainingRun,
  { best, snapshots }: Progress,
  known: Evaluation | undefined,
): Promise<{ weights: 'best' | 'averaged'; valid: Judgement | undefined }> {
  const { folder, engine, criterion } = run;
  const { parameters } = engine;
  const takeBest = async () => {
    const path = folder.checkpoint('best');
    await shareParameters(engine, () => parameters.assign(loadSafetensors(path).tensors, path));
    const valid = known && { figures: known.figures, evaluation: known };
    return { weights: 'best', valid } as const;
  };
  if (snapshots.length < 2) return takeBest();
  const path = folder.checkpoint('averaged');
  await shareParameters(engine, () => {
    parameters.assign(meanParameters(snapshots.map((name) => folder.checkpoint(name))), path);
    saveParameters(path, parameters);
  });
  const valid = criterion.isEvaluated ? await judge(run, 'valid') : undefined;
  const figures = valid?.figures ?? (await engine.means(engine.system.held.valid, engine.group));
  const value = figures[criterion.figure]!;
  if (Number.isFinite(value) && !isBetter(criterion, best!.value, value))
    return { weights: 'averaged', valid };
  if (valid !== undefined) keep(run, 'averaged', 'valid', valid);
  return takeBest();
}

/** Judges the parameters in place on a set. */
async function judge({ engine, observer }: TrainingRun, split: SplitName): Promise<Judgement> {
  const { system, parameters, group } = engine;
  const onProgress = (done: number, total: number) => observer.progress(split, done, total);
  const evaluation = await system.evaluator?.evaluate(split, parameters, { group, onProgress });
  const figures = evaluation?.figures ?? (await engine.means(system.held[split]!, group));
  return { figures, evaluation };
}

/** Keeps what the parameters in place gave on a set in the run's folder, where rank 0 writes. */
function keep(
  { folder, engine, log }: TrainingRun,
  weights: string,
  split: SplitName,
  { figures, evaluation }: Judgement,
): void {
  const { system } = engine;
  if (engine.group.rank === 0)
    saveResult(folder, split, evaluation?.files ?? {}, { weights, ...(evaluation?.summary ?? figures) });
  const signature = evaluation?.signature ?? system.objective.signature;
  const { samples } = evaluation ?? {};
  const told = evaluation && otherFigures(system, evaluation.figures);
  const own = { ...mainFigure(system, figures), ...(told && { figures: told }) };
  log.append({ event: 'result', weights, set: split, ...own, signature, samples });
}

/** The figure that a task is known by, as metrics name it. */
export function mainFigure(
  { mainFigure: metric }: System,
  figures: Readonly<Record<string, number>>,
): { metric: string; score: number } {
  return { metric, score: figures[metric]! };
}

/** An evaluator's figures without that. */
export function otherFigures(
  { mainFigure: metric }: System,
  { [metric]: _, ...others }: Readonly<Record<string, number>>,
): Record<string, number> {
  return others;
}
