// `tx inspect --show word`: one word in the sentences of a file.
import { renderPlainPage } from '../inspect/plain-page.ts';
import {
  chartPlaces,
  chartStates,
  describeStates,
  formatStates,
  layOutPlaces,
  nameState,
  type WordVectors,
} from '../inspect/word.ts';
import { renderWord } from '../inspect/word-page.ts';
import { planes } from '../inspect/word-planes.ts';
import { drawXy } from '../report/xy-chart-svg.ts';
import { formatXyText } from '../report/xy-chart-text.ts';
import { findWord } from '../tasks/inspected/word-vectors.ts';
import { UsageError, UserError } from '../util/errors.ts';
import type { Context } from './command.ts';
import { requireInput } from './inspect-input.ts';
import { figureOf, type InspectArgs } from './inspect-options.ts';
import { isPage, openShown, tell } from './inspect-tell.ts';
import { checkColours, readSentences } from './inspect-word-lines.ts';
import { outputPath, terminalWidth } from './output.ts';

const WIDTH = 80;
const HEIGHT = 16;

export async function showWord(args: InspectArgs, context: Context): Promise<void> {
  const { word, threads, json, plane = 'pca' } = args;
  const input = requireInput(args);
  if (word === undefined || word.trim() === '') throw new UsageError('missing --word');
  checkColours(args);
  const { model, about } = openShown(
    args,
    [input, args.labels].flatMap((one) => one ?? []),
    context,
  );
  const lines = await readSentences(input, word, args, context);
  const found = await findWord(model, word, lines, { threads, signal: context.abortSignal() });
  const state = chooseState(found, args.layer);
  const layers = describeStates(found);
  const all = json || isPage(outputPath(args.output));
  const laidOut = (all ? planes : [plane]).flatMap((kind) => layOutPlaces(kind, found, state) ?? []);
  if (laidOut.length === 0)
    throw new UserError(`--plane umap: needs five places of the word; there are ${found.places.length}`);
  const name = nameState(found.states[state]!);
  const chart = () => chartPlaces(word, name, laidOut[0]!);
  const sentences = lines.flatMap(({ line, text }) => {
    const own = found.places.filter((place) => place.line === line);
    const tags = [...new Set(own.flatMap(({ tag }) => tag ?? []))];
    return own.length === 0 ? [] : [{ line, ...(tags.length > 0 && { tag: tags.join(', ') }), text }];
  });
  const whole = { word, state: name, layers, planes: laidOut, sentences };
  await tell(args, context, {
    about,
    found: whole,
    text: () =>
      `${formatStates(layers)}\n${formatXyText(chart(), { width: terminalWidth(context.stdout) ?? WIDTH, height: HEIGHT })}`,
    figure: () => drawXy(figureOf('word', args) === 'layers' ? chartStates(word, layers) : chart()),
    page: (shown) =>
      renderPlainPage({
        about: shown,
        lines: [`${word} in ${found.places.length} places of ${sentences.length} sentences`],
        links: [
          ['plane', 'Plane'],
          ['layers', 'Layers'],
          ['sentences', 'Sentences'],
        ],
        body: renderWord(whole),
      }),
  });
}

/** Which of the states has so many layers, the last by default; behind the last norm where there is one. */
function chooseState({ states }: WordVectors, layer: number | undefined): number {
  const last = states.length - 1;
  if (layer === undefined) return last;
  const found = states.findLastIndex((state) => state.layer === layer);
  if (found >= 0) return found;
  throw new UsageError(
    `--layer expects a whole number from 0 to ${states[last]!.layer}, the layers of this model, not ${layer}`,
  );
}
