// `tx inspect --show positions`: how a model tells places apart, and what it loses without them.
import { drawHeat } from '../inspect/heat-svg.ts';
import { renderPlainPage } from '../inspect/plain-page.ts';
import {
  chartDistances,
  chartWaves,
  cosinesByDistance,
  formatLoss,
  type PositionVectors,
  placeCosines,
} from '../inspect/positions.ts';
import { heatOfPlaces, renderPositions } from '../inspect/positions-page.ts';
import { arrange, type Drawing } from '../report/drawing.ts';
import { drawXy } from '../report/xy-chart-svg.ts';
import { formatXyText } from '../report/xy-chart-text.ts';
import { findPositions, losePositions } from '../tasks/inspected/positions.ts';
import { UsageError, UserError } from '../util/errors.ts';
import type { Context } from './command.ts';
import { readCorpus } from './inspect-corpus.ts';
import { type FigureOf, figureOf, type InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';
import { terminalWidth } from './output.ts';
import { TaskBar } from './progress.ts';

const WIDTH = 80;
const PLACES = 64;

export async function showPositions(args: InspectArgs, context: Context): Promise<void> {
  const { threads, input, target } = args;
  if (input === undefined && target !== undefined) throw new UsageError('missing --input');
  const { path, model, about } = openShown(
    args,
    [input, target].flatMap((one) => one ?? []),
    context,
  );
  const length = args.length ?? Math.min(PLACES, model.maxLength);
  if (!(Number.isInteger(length) && length >= 2 && length <= Math.min(model.maxLength, 512)))
    throw new UsageError(
      `--length expects a whole number from 2 to ${Math.min(model.maxLength, 512)}, places of the model, not ${length}`,
    );
  const inputs = input === undefined ? undefined : await readCorpus({ input, target }, model, context);
  const positions = await findPositions(model, length, threads);
  if (positions.length === 0 && inputs !== undefined)
    throw new UserError(`${path}: is told no places; there are none to shuffle`);
  const bar = new TaskBar(context.log);
  const onProgress = (done: number) => bar.update('scoring', done, inputs!.length);
  const loss = inputs && (await losePositions(path, model, inputs, { threads, onProgress }));
  const width = terminalWidth(context.stdout) ?? WIDTH;
  const draw = (one: PositionVectors) =>
    [chartDistances(one, placeCosines(one)), chartWaves(one)].map((chart) => formatXyText(chart, { width }));
  await tell(args, context, {
    about,
    found: {
      positions: positions.map(({ stack, kind, width: units, vectors }) => ({
        stack,
        kind,
        vectors: rowsOf(vectors, units),
        cosines: rowsOf(placeCosines({ stack, kind, width: units, vectors }), length),
        byDistance: cosinesByDistance(placeCosines({ stack, kind, width: units, vectors })),
      })),
      ...(loss && { loss }),
    },
    text: () =>
      [
        ...(positions.length === 0 ? ['The model is told no places.\n'] : positions.flatMap(draw)),
        ...(loss === undefined ? [] : [formatLoss(loss)]),
      ].join('\n'),
    figure: () => {
      if (positions.length === 0) throw new UserError(`${path}: is told no places; there is nothing to draw`);
      return arrange(
        'Places',
        positions.map((one) => drawPlaces(one, figureOf('positions', args))),
        1,
      );
    },
    page: (shown) => renderPlainPage({ about: shown, lines: [], body: renderPositions(positions, loss) }),
  });
}

function drawPlaces(positions: PositionVectors, figure: FigureOf<'positions'>): Drawing {
  if (figure === 'cosines') return drawHeat(heatOfPlaces(positions));
  return drawXy(
    figure === 'waves' ? chartWaves(positions) : chartDistances(positions, placeCosines(positions)),
  );
}

const rowsOf = (data: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: data.length / width }, (_, i) =>
    Array.from({ length: width }, (_, u) => data[i * width + u]!),
  );
