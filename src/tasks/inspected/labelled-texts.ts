// A file of texts with labels, as the data of a run have them: its own score on them is what heads are held against.
import type { Direction } from '../../objectives/objective.ts';
import { RunFolder } from '../../run/run-folder.ts';
import { UserError } from '../../util/errors.ts';
import { loadRunConfig } from '../config.ts';
import { isLabelled } from '../labelled/config.ts';
import { mainFigureOf } from '../labelled/evaluator.ts';
import { sourceOf } from '../labelled/kinds.ts';
import { type Labeller, loadLabeller } from '../labelled/labeller.ts';
import { openRows, parseLabels, type Row } from '../labelled/splits.ts';
import { isForeign } from '../open-encoder.ts';
import type { InspectInput } from './model.ts';

export interface LabelledTexts {
  labeller: Labeller;
  rows: readonly Row[];
  labels: readonly unknown[];
  /** The figure that the run is known by. */
  figure: { name: string; direction: Direction };
}

/**
 * Of a run of classification, regression or tagging the rows of a file with the columns that its data.valid has. A
 * UserError for another run, a file without rows, or a wrong label.
 */
export async function readLabelledTexts(path: string, file: string): Promise<LabelledTexts> {
  const folder = isForeign(path) ? undefined : RunFolder.open(path);
  const config = folder && loadRunConfig(folder);
  if (folder === undefined || config === undefined || !isLabelled(config))
    throw new UserError(
      `${path}: is no run of classification, regression or tagging, which --labelled is for`,
    );
  const labeller = loadLabeller(config, folder);
  const { target } = labeller;
  const own = sourceOf(config, 'valid')!;
  const whole = own.kind === 'table' ? { only: undefined, except: undefined } : {};
  const [rows, labels]: [Row[], unknown[]] = [[], []];
  for await (const group of openRows({ ...own, ...whole, files: [file] })) {
    labels.push(...parseLabels(file, group.labels, target.parse, rows.length));
    rows.push(...group.rows);
  }
  if (rows.length === 0) throw new UserError(`${file}: has no rows`);
  const { mainFigure, figures } = mainFigureOf(target, config.training.selectBy);
  return { labeller, rows, labels, figure: { name: mainFigure, direction: figures[mainFigure]! } };
}

/** The rows as they are looked at one by one. */
export const inputsOf = ({ labeller, rows }: LabelledTexts): InspectInput[] =>
  rows.map((row) =>
    labeller.reader.form === 'words' ? { text: row.join(' ') } : { text: row[0]!, pair: row[1] },
  );
