// `tx inspect --show word`: one word in the sentences of a file.
import { renderPlainPage } from '../inspect/plain-page.ts';
import {
  chartPlaces,
  describeStates,
  formatStates,
  layOutPlaces,
  nameState,
  type WordVectors,
} from '../inspect/word.ts';
import { renderWord } from '../inspect/word-page.ts';
import { planes } from '../inspect/word-planes.ts';
import { formatXySvg } from '../report/xy-chart-svg.ts';
import { formatXyText } from '../report/xy-chart-text.ts';
import { findWord, type TaggedLine } from '../tasks/inspected/word-vectors.ts';
import { UsageError, UserError } from '../util/errors.ts';
import type { Context } from './command.ts';
import { describeInput, readInputLines } from './input.ts';
import { requireInput } from './inspect-input.ts';
import type { InspectArgs } from './inspect-options.ts';
import { isPage, openShown, tell } from './inspect-tell.ts';
import { outputPath, terminalWidth } from './output.ts';

const WIDTH = 80;
const HEIGHT = 16;

export async function showWord(args: InspectArgs, context: Context): Promise<void> {
  const { word, threads, json, tagged = false, plane = 'pca' } = args;
  const input = requireInput(args);
  if (word === undefined || word.trim() === '') throw new UsageError('missing --word');
  const lines = await readLines(input, tagged, context);
  const { model, about } = openShown(args, [input], context);
  const found = await findWord(model, word, lines, { threads, signal: context.abortSignal() });
  const state = chooseState(found, args.layer);
  const layers = describeStates(found);
  const all = json || isPage(outputPath(args.output));
  const laidOut = (all ? planes : [plane]).flatMap((kind) => layOutPlaces(kind, found, state) ?? []);
  if (laidOut.length === 0)
    throw new UserError(`--plane umap: needs five places of the word; there are ${found.places.length}`);
  const name = nameState(found.states[state]!);
  const chart = () => chartPlaces(word, name, laidOut[0]!);
  const seen = new Set(found.places.map(({ line }) => line));
  const sentences = lines.filter(({ line }) => seen.has(line));
  const whole = { word, state: name, layers, planes: laidOut, sentences };
  await tell(args, context, {
    about,
    found: whole,
    text: () =>
      `${formatStates(layers)}\n${formatXyText(chart(), { width: terminalWidth(context.stdout) ?? WIDTH, height: HEIGHT })}`,
    figure: () => formatXySvg(chart()),
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

async function readLines(path: string, tagged: boolean, context: Context): Promise<TaggedLine[]> {
  const lines = await readInputLines(path, context, 'sentences');
  return lines.map((text, i) => {
    if (!tagged) return { line: i + 1, text };
    const tab = text.indexOf('\t');
    if (tab >= 0) return { line: i + 1, tag: text.slice(0, tab), text: text.slice(tab + 1) };
    const place = `${describeInput(path)}:${i + 1}`;
    throw new UserError(`${place}: has no tag; --tagged takes a tag, a tab and a sentence`);
  });
}
