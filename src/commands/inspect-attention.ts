// `tx inspect --show attention`: who looks at whom, in every layer and head.
import { basename } from 'node:path';
import {
  type AttentionPart,
  attentionParts,
  type Inspection,
  layersOf,
  type MapKind,
  mapKinds,
} from '../inspect/inspection.ts';
import { type Extra, extras, formatJson } from '../inspect/json.ts';
import { isOverLayers, type MapFigure } from '../inspect/map-figures.ts';
import { type Inspected, nameSides, renderInspectionPage } from '../inspect/page.ts';
import { pageParts } from '../inspect/page-data.ts';
import { MAX_FLOW_TOKENS } from '../inspect/rollout.ts';
import type { Wanted } from '../inspect/taps.ts';
import { formatMap } from '../inspect/text.ts';
import type { View } from '../inspect/view.ts';
import { formatDrawing } from '../report/drawing.ts';
import type { InspectInput } from '../tasks/inspected/model.ts';
import { Inspector } from '../tasks/inspector.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import type { Context } from './command.ts';
import { lineInputs, readInspectInput } from './inspect-input.ts';
import { chooseMap } from './inspect-map.ts';
import { figureOf, type InspectArgs } from './inspect-options.ts';
import { drawAttention } from './inspect-picture.ts';
import { isPage, warnTruncated } from './inspect-tell.ts';
import { findEncoder } from './locate.ts';
import { checkOutput, outputPath, terminalWidth } from './output.ts';
import { isFigure, writePicture } from './picture.ts';

/** Columns where the output is no terminal. */
const WIDTH = 100;

export async function showAttention(args: InspectArgs, context: Context): Promise<void> {
  const { json, words = false, map: figure = 'weights', layer } = args;
  const wanted = readExtras(args.with);
  const form = json ? 'json' : formOf(args.output);
  checkForm(args, form, wanted);
  const path = outputPath(args.output);
  const run = findEncoder(args.run);
  const input = await readInspectInput(args, context);
  checkOutput(path, lineInputs(args), context);
  const view: View = { words, special: !args.withoutSpecial };
  const needs: Wanted = {
    parts: form === 'page' ? pageParts : partsFor(figure === 'norms' ? new Set(['norms']) : wanted),
    hidden: wanted.has('hidden'),
  };
  const first = await inspectOne({ ...args, run }, input, needs, context);
  const { inspection, about } = first;
  if (wanted.has('flow')) checkFlow(inspection, '--with flow');
  if (figure === 'flow') checkFlow(inspection, '--map flow');
  const head = { ...about, run: basename(run) };
  const draw = () => chooseMap(inspection, { run: head.run, figure, layer, head: args.head, view });
  const told = (): Iterable<string> => {
    if (json) return formatJson(inspection, { head: about, view, extras: wanted });
    const { title, map } = draw();
    return [formatMap(title, map, terminalWidth(context.stdout) ?? WIDTH)];
  };
  const other =
    form === 'page' || form === 'figure'
      ? await inspectOther(args, { run, input, needs }, context)
      : undefined;
  if (form === 'figure') {
    const all = [{ inspection, head }, ...(other === undefined ? [] : [other])];
    if (figure === 'flow' && other !== undefined) checkFlow(other.inspection, '--map flow');
    const names = nameSides(all.map((one) => one.head));
    const pictured = all.map((one, k) => ({ inspection: one.inspection, name: names[k]! }));
    const options = { figure, layer, head: args.head, view };
    return writePicture(path!, formatDrawing(drawAttention(pictured, figureOf('attention', args), options)));
  }
  const pieces = form === 'page' ? [renderInspectionPage(inspection, head, other)] : told();
  if (path === undefined) for (const piece of pieces) context.stdout.write(piece);
  else writeFileAtomic(path, toBytes(pieces));
}

type Form = 'json' | 'page' | 'figure' | 'text';
const formOf = (output: string | undefined): Form =>
  isPage(outputPath(output)) ? 'page' : isFigure(outputPath(output)) ? 'figure' : 'text';

/** A UsageError where options are not of the form that is asked for. */
function checkForm(args: InspectArgs, form: Form, wanted: ReadonlySet<Extra>): void {
  const { head, words, withoutSpecial, layer, map } = args;
  if (args.with !== undefined && form !== 'json') throw new UsageError('--with is for --json');
  if (head !== undefined && form === 'json')
    throw new UsageError('--head is for what is shown; --json has all heads');
  const spans = (['rollout', 'flow'] as const).find((one) => wanted.has(one));
  if (spans !== undefined && layer !== undefined)
    throw new UsageError(`--with ${spans}: needs all layers; leave out --layer`);
  if (map !== undefined && (form === 'json' || form === 'page'))
    throw new UsageError(
      `--map is for what is drawn; ${form === 'page' ? 'a page has all of them' : '--json has them by --with'}`,
    );
  if (map !== undefined && isOverLayers(map) && head !== undefined)
    throw new UsageError(`--map ${map}: is of all heads; leave out --head`);
  if (form === 'page' && (head !== undefined || words || withoutSpecial))
    throw new UsageError(
      'a page has all heads, and shows words or leaves special tokens out where it is told to',
    );
  const other = (['compare', 'compare-checkpoint', 'compare-input'] as const).find(
    (name) => args[name] !== undefined,
  );
  if (other !== undefined && form !== 'page' && form !== 'figure')
    throw new UsageError(
      `--${other} is for pages and pictures; give --output a name that ends with .html, .svg or .png`,
    );
  if (form !== 'figure' || figureOf('attention', args) !== 'heads') return;
  if (head !== undefined || map !== undefined)
    throw new UsageError('--figure heads: has the weights of all heads; leave out --head and --map');
}

/** One model over one input: what is chosen of it. */
async function inspectOne(
  { run, checkpoint, threads, attention, layer, map }: InspectArgs,
  input: InspectInput,
  needs: Wanted,
  context: Context,
) {
  const inspector = await Inspector.load(run, {
    ...needs,
    threads,
    checkpoint,
    onTruncated: warnTruncated(context),
  });
  try {
    const inspection = choose(await inspector.inspect(input), attention, layer, map);
    return { inspection, about: { run, model: inspector.kind, weights: inspector.weights } };
  } finally {
    await inspector.release();
  }
}

/** What is compared with it: another run, checkpoint or input, the rest as it is. */
async function inspectOther(
  args: InspectArgs,
  { run, input, needs }: { run: string; input: InspectInput; needs: Wanted },
  context: Context,
): Promise<Inspected | undefined> {
  const { compare, compareCheckpoint, compareInput, line } = args;
  if (compare === undefined && compareCheckpoint === undefined && compareInput === undefined)
    return undefined;
  const checkpoint = compareCheckpoint ?? (compare === undefined ? args.checkpoint : undefined);
  const other = { ...args, run: compare === undefined ? run : findEncoder(compare), checkpoint };
  // Another input has its own output.
  const text =
    compareInput === undefined ? input : await readInspectInput({ input: compareInput, line }, context);
  const { inspection, about } = await inspectOne(other, text, needs, context);
  return { inspection, head: { ...about, run: basename(about.run) } };
}

function* toBytes(texts: Iterable<string>): Generator<Uint8Array> {
  for (const one of texts) yield Buffer.from(one);
}

function readExtras(given = ''): Set<Extra> {
  const names = given === '' ? [] : given.split(',');
  for (const name of names) {
    if (!extras.some((one) => one === name))
      throw new UsageError(`--with: no ${JSON.stringify(name)}; there are ${extras.join(', ')}`);
  }
  return new Set(names as Extra[]);
}

/** The parts of attention to compute. */
function partsFor(wanted: ReadonlySet<Extra>): AttentionPart[] {
  const needed = new Set<Extra>(wanted);
  if (wanted.has('norms')) for (const part of ['keys', 'values'] as const) needed.add(part);
  if (wanted.has('masked')) needed.add('scores');
  // Keys tell how many heads values have.
  if (wanted.has('values')) needed.add('keys');
  return attentionParts.filter((part) => needed.has(part));
}

/** The chosen attention and layer alone, with those before it where they count; a UsageError where there is none. */
function choose(
  whole: Inspection,
  kind: MapKind | undefined,
  layer: number | undefined,
  map: MapFigure = 'weights',
): Inspection {
  const kinds = mapKinds.filter((one) => layersOf(whole, one).length > 0);
  if (kind !== undefined && !kinds.includes(kind))
    throw new UsageError(`--attention: this model has no ${kind}; it has ${kinds.join(', ')}`);
  const ofKind = whole.attention.filter((one) => kind === undefined || one.kind === kind);
  const attention = ofKind.filter((one) => layer === undefined || one.layer === layer);
  if (attention.length > 0) return { ...whole, attention: isOverLayers(map) ? ofKind : attention };
  const last = Math.max(...ofKind.map((one) => one.layer));
  throw new UsageError(
    `--layer expects a whole number from 1 to ${last}, the layers of this model, not ${layer}`,
  );
}

function checkFlow({ sequences }: Inspection, option: string): void {
  const most = Math.max(...Object.values(sequences).map(({ tokens }) => tokens.length));
  if (most <= MAX_FLOW_TOKENS) return;
  throw new UserError(
    `${option}: takes too long for ${formatCount(most)} tokens, ${MAX_FLOW_TOKENS} at most; ask for rollout`,
  );
}
