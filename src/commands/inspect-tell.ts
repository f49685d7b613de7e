// How what was found inside a model is told: as text, as JSON, as a page or as a picture.
import { basename } from 'node:path';
import { formatFound } from '../inspect/json.ts';
import type { About } from '../inspect/plain-page.ts';
import { type Drawing, formatDrawing } from '../report/drawing.ts';
import type { InspectedModel, OpenSettings } from '../tasks/inspected/model.ts';
import { openInspected } from '../tasks/inspected/open.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import type { Context } from './command.ts';
import type { InspectArgs } from './inspect-options.ts';
import { findEncoder } from './locate.ts';
import { checkOutput, outputPath } from './output.ts';
import { isFigure, writePicture } from './picture.ts';

/** Warns of texts that were cut. */
export const warnTruncated =
  ({ log }: Context): NonNullable<OpenSettings['onTruncated']> =>
  (what, tokens) =>
    log.warn(`${what} has ${formatCount(tokens)} tokens, more than the model takes; its end was cut off`);

/** Opens the model; its output cannot be one of the files that are read. */
export function openShown(
  args: InspectArgs,
  inputs: readonly string[],
  context: Context,
): { path: string; model: InspectedModel; about: About } {
  const { checkpoint, threads } = args;
  const path = findEncoder(args.run);
  checkOutput(outputPath(args.output), inputs, context);
  const model = openInspected(path, { checkpoint, threads, onTruncated: warnTruncated(context) });
  return { path, model, about: { run: path, model: model.kind, weights: model.weights.name } };
}

export interface Told {
  about: About;
  /** For JSON. */
  found: object;
  text: () => string;
  page: (about: About) => string;
  /** The picture that is asked for, where there is one. */
  figure?: (() => Drawing) | undefined;
}

export const isPage = (path: string | undefined): path is string =>
  path !== undefined && /\.html?$/i.test(path);

/** Writes it where and how it was asked for. */
export async function tell(
  { json, output }: InspectArgs,
  context: Context,
  { about, found, text, page, figure }: Told,
): Promise<void> {
  const path = outputPath(output);
  let told: string;
  if (json) told = formatFound({ ...about, ...found });
  else if (isPage(path)) told = page({ ...about, run: basename(about.run) });
  else if (isFigure(path)) return writePicture(path, formatDrawing(figure!()));
  else told = text();
  if (path === undefined) context.stdout.write(told);
  else writeFileAtomic(path, Buffer.from(told));
}
