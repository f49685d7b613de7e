// The mean of parameters of several checkpoints, of one run or of several. Vaswani et al. 2017, section 6.1, average the
// last five.
import { isFalling } from '../run/figures.ts';
import { figureOf, readEvents } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../runtime/safetensors.ts';
import { findNonFinite, type TensorData } from '../tensor/tensor.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { packageVersion } from '../util/package.ts';

export type Choice = 'last' | 'best';

/**
 * The files of `count` checkpoints of single updates: the last ones, or those whose validation is best by `figure`. A
 * UsageError where the run has fewer.
 */
export function chooseCheckpoints(
  folder: RunFolder,
  choice: Choice,
  count: number,
  figure: string,
): string[] {
  const steps = folder
    .earlier()
    .filter((name) => name.startsWith('step-'))
    .map((name) => Number(name.slice('step-'.length)));
  const values = choice === 'last' ? undefined : readFigure(folder, figure);
  const known = steps.filter((step) => values === undefined || values.has(step));
  if (known.length < count) {
    const what = values === undefined ? '' : ` with a validation of ${figure}`;
    throw new UsageError(
      `${folder.path}: has ${known.length} checkpoints of single updates${what}, not ${count}; training.average says how many are kept`,
    );
  }
  const sign = isFalling(figure) ? 1 : -1;
  const ordered =
    values === undefined
      ? known.toReversed()
      : known.toSorted((a, b) => sign * (values.get(a)! - values.get(b)!) || b - a);
  return ordered.slice(0, count).map((step) => folder.checkpoint(`step-${step}`));
}

/** A figure of each validation, by its update. */
function readFigure(folder: RunFolder, figure: string): Map<number, number> {
  const values = new Map<number, number>();
  for (const event of readEvents(folder)) {
    const value = figureOf(event, figure);
    if (event.event === 'validation' && event.step !== undefined && value !== undefined)
      values.set(event.step, value);
  }
  return values;
}

/** Writes the mean; a UserError as from meanParameters. */
export function averageFiles(paths: readonly string[], output: string): void {
  const metadata = { 'tx.version': packageVersion(), 'tx.weights': `average of ${paths.length}` };
  writeFileAtomic(output, encodeSafetensors(meanParameters(paths), metadata));
}

/** The mean of the parameters in several files; a UserError where they are not the same, or not finite. */
export function meanParameters(paths: readonly string[]): Map<string, TensorData> {
  let first: ReadonlyMap<string, TensorData> | undefined;
  const sums = new Map<string, Float64Array>();
  for (const path of paths) {
    const tensors = loadParameters(path);
    first ??= tensors;
    const name = findDifferent(first, tensors);
    if (name !== undefined)
      throw new UserError(`${path}: parameter ${name} is not as in ${paths[0]}: the models differ`);
    for (const [key, { data }] of tensors) {
      const sum = sums.get(key) ?? new Float64Array(data.length);
      for (let i = 0; i < sum.length; i++) sum[i]! += (data as Float32Array)[i]!;
      sums.set(key, sum);
    }
  }
  return new Map(
    [...first!].map(([name, { dims }]) => {
      const data = Float32Array.from(sums.get(name)!, (x) => x / paths.length);
      return [name, { dtype: 'float32', dims: [...dims], data }];
    }),
  );
}

/** A parameter that one has and the other has not in this shape, if there is one. */
const findDifferent = (a: ReadonlyMap<string, TensorData>, b: ReadonlyMap<string, TensorData>) =>
  [...a.keys(), ...b.keys()].find((key) => a.get(key)?.dims.join() !== b.get(key)?.dims.join());

/** The parameters in a checkpoint, without an optimizer's state (`m/…`). */
function loadParameters(path: string): Map<string, TensorData> {
  const tensors = new Map([...loadSafetensors(path).tensors].filter(([name]) => !name.includes('/')));
  const spoilt = findNonFinite(tensors);
  if (spoilt !== undefined)
    throw new UserError(`${path}: ${spoilt} holds NaN or ∞: the training had diverged`);
  const other = [...tensors].find(([, { dtype }]) => dtype !== 'float32');
  if (other !== undefined) throw new UserError(`${path}: ${other[0]} is ${other[1].dtype}, not float32`);
  return tensors;
}
