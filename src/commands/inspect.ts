// `tx inspect`: what is seen inside a model while it reads one input.

import { basename } from 'node:path';
import {
  type AttentionPart,
  attentionParts,
  headWeights,
  type Inspection,
  layersOf,
  type MapKind,
  mapKinds,
  meanWeights,
  sequencesOf,
} from '../inspect/inspection.ts';
import { type Extra, extras, formatJson } from '../inspect/json.ts';
import { renderInspectionPage } from '../inspect/page.ts';
import { pageParts } from '../inspect/page-data.ts';
import type { Wanted } from '../inspect/taps.ts';
import { formatMap } from '../inspect/text.ts';
import { type View, viewMap } from '../inspect/view.ts';
import { Inspector } from '../tasks/inspector.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { type Context, defineCommand } from './command.ts';
import { checkThreads, threadsOption } from './decode-options.ts';
import { readInspectInput } from './inspect-input.ts';
import { checkpointOption, encoderPositional, findEncoder } from './locate.ts';
import { checkOutput, outputPath, terminalWidth } from './output.ts';

/** Columns where the output is no terminal. */
const WIDTH = 100;
/** More tokens make many pairs, each a search through all layers. */
const MAX_FLOW_TOKENS = 32;

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

export const inspectCommand = defineCommand({
  command: 'inspect <run>',
  describe: 'Look inside a model: attention and hidden states of an input',
  builder: (yargs) =>
    yargs
      .positional('run', encoderPositional)
      .option('input', { ...text('The text; with --line a file'), alias: 'i', demandOption: true })
      .option('pair', text('Encoders: a second text beside it; with --line a file'))
      .option(
        'target',
        text('Translation, parsing: the target to look at; with --line a file [default: its own output]'),
      )
      .option('line', {
        type: 'number',
        requiresArg: true,
        describe:
          'Read this line, from 1, of the files that --input, --pair and --target name; - is standard input',
      })
      .option('attention', {
        choices: mapKinds,
        describe: 'Which attention to show [default: cross where there is, else the only one]',
      })
      .option('layer', {
        type: 'number',
        requiresArg: true,
        describe: 'Only this layer, from 1 [default: all; in characters the last]',
      })
      .option('head', {
        type: 'number',
        requiresArg: true,
        describe: 'Show this head, from 1 [default: the mean of all]',
      })
      .option('words', {
        type: 'boolean',
        default: false,
        describe: 'Join the pieces of words: sums over keys, means over queries',
      })
      .option('without-special', {
        type: 'boolean',
        default: false,
        describe: 'Leave special tokens out, and make the rest of each row 1 again',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Tokens, and the weights of all layers and heads',
      })
      .option('with', {
        type: 'string',
        requiresArg: true,
        describe: `With --json: more, between commas, of ${extras.join(', ')}`,
      })
      .option('output', {
        ...text('Where to write; what ends with .html is a page with all of it [default: standard output]'),
        alias: 'o',
      })
      .option('checkpoint', checkpointOption)
      .option('threads', threadsOption)
      .example('$0 inspect minilm/ -i "The bank of the river." --layer 6 --words', 'A map in characters')
      .example(
        '$0 inspect runs/en-de -i "A house." --target "Ein Haus." --attention cross',
        'A forced translation',
      )
      .example(
        '$0 inspect minilm/ -i "The bank of the river." -o bank.html',
        'A page of all heads, and their steps',
      )
      .example('$0 inspect runs/bert -i test.txt --line 7 --json --with hidden,rollout', 'For scripts'),
  run: async (args, context) => {
    const { json, layer, head, words, checkpoint, threads } = args;
    const special = !args.withoutSpecial;
    checkThreads(threads);
    const wanted = readExtras(args.with);
    if (args.with !== undefined && !json) throw new UsageError('--with is for --json');
    if (head !== undefined && json) throw new UsageError('--head is for what is shown; --json has all heads');
    const spans = (['rollout', 'flow'] as const).find((one) => wanted.has(one));
    if (spans !== undefined && layer !== undefined)
      throw new UsageError(`--with ${spans}: needs all layers; leave out --layer`);
    const path = outputPath(args.output);
    const isPage = !json && path !== undefined && /\.html?$/i.test(path);
    if (isPage && (head !== undefined || words || !special))
      throw new UsageError(
        'a page has all heads, and shows words or leaves special tokens out where it is told to',
      );
    const run = findEncoder(args.run);
    const input = await readInspectInput(args, context);
    checkOutput(path, args.line === undefined ? [] : [args.input], context);
    const view: View = { words, special };
    const needs: Wanted = { parts: isPage ? pageParts : partsFor(wanted), hidden: wanted.has('hidden') };
    const onTruncated = (what: string, tokens: number) =>
      context.log.warn(
        `${what} has ${formatCount(tokens)} tokens, more than the model takes; its end was cut off`,
      );
    const inspector = await Inspector.load(run, { ...needs, threads, checkpoint, onTruncated });
    try {
      const whole = await inspector.inspect(input);
      const inspection = choose(whole, args.attention, layer);
      const about = { run, model: inspector.kind, weights: inspector.weights };
      if (wanted.has('flow')) checkFlow(inspection);
      let pieces: Iterable<string>;
      if (json) pieces = formatJson(inspection, { head: about, view, extras: wanted });
      else if (isPage) pieces = [renderInspectionPage(inspection, { ...about, run: basename(run) })];
      else pieces = [show(inspection, { run: basename(run), head, view, context })];
      if (path === undefined) for (const piece of pieces) context.stdout.write(piece);
      else writeFileAtomic(path, toBytes(pieces));
    } finally {
      await inspector.release();
    }
  },
});

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

/** The chosen attention and layer alone; a UsageError where there is none. */
function choose(whole: Inspection, kind: MapKind | undefined, layer: number | undefined): Inspection {
  const kinds = mapKinds.filter((one) => layersOf(whole, one).length > 0);
  if (kind !== undefined && !kinds.includes(kind))
    throw new UsageError(`--attention: this model has no ${kind}; it has ${kinds.join(', ')}`);
  const ofKind = whole.attention.filter((one) => kind === undefined || one.kind === kind);
  const attention = ofKind.filter((one) => layer === undefined || one.layer === layer);
  if (attention.length > 0) return { ...whole, attention };
  const last = Math.max(...ofKind.map((one) => one.layer));
  throw new UsageError(
    `--layer expects a whole number from 1 to ${last}, the layers of this model, not ${layer}`,
  );
}

function checkFlow({ sequences }: Inspection): void {
  const most = Math.max(...Object.values(sequences).map(({ tokens }) => tokens.length));
  if (most <= MAX_FLOW_TOKENS) return;
  throw new UserError(
    `--with flow: takes too long for ${formatCount(most)} tokens, ${MAX_FLOW_TOKENS} at most; ask for rollout`,
  );
}

interface ShowOptions {
  run: string;
  head: number | undefined;
  view: View;
  context: Context;
}

/** One map: the last layer that is left, of cross-attention where there is one. */
function show(inspection: Inspection, { run, head, view, context }: ShowOptions): string {
  const kind = (['cross', 'encoder', 'decoder'] as const).find(
    (one) => layersOf(inspection, one).length > 0,
  )!;
  const layers = layersOf(inspection, kind);
  const layer = layers.at(-1)!;
  const { numHeads } = layer;
  if (head !== undefined && !(Number.isInteger(head) && head >= 1 && head <= numHeads))
    throw new UsageError(
      `--head expects a whole number from 1 to ${numHeads}, the heads of this layer, not ${head}`,
    );
  const weights = head === undefined ? meanWeights(layer) : headWeights(layer, head - 1);
  const map = viewMap(weights, sequencesOf(inspection, kind), view);
  const which = head === undefined ? `mean of ${numHeads} heads` : `head ${head} of ${numHeads}`;
  const title = `${run}: ${kind} attention, layer ${layer.layer}, ${which}${view.special ? '' : ', without special tokens'}`;
  return formatMap(title, map, terminalWidth(context.stdout) ?? WIDTH);
}
