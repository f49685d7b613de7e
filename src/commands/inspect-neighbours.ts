// `tx inspect --show neighbours`: the pieces that are nearest to what each layer has in a token's place.
import { formatNeighbours, renderNeighbours } from '../inspect/neighbours.ts';
import { renderPlainPage } from '../inspect/plain-page.ts';
import { findNeighbours } from '../tasks/inspected/neighbours.ts';
import { UsageError } from '../util/errors.ts';
import type { Context } from './command.ts';
import { lineInputs, readInspectInput } from './inspect-input.ts';
import type { InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';

export async function showNeighbours(args: InspectArgs, context: Context): Promise<void> {
  const { threads, top = 5, at, token, input: given } = args;
  if (token !== undefined && given !== undefined)
    throw new UsageError('--token is a piece without a text; with --input give its place by --at');
  if (token !== undefined && at !== undefined) throw new UsageError('--at is a place in the text of --input');
  const input = token === undefined ? await readInspectInput(args, context) : undefined;
  const { model, about } = openShown(args, lineInputs(args), context);
  const found = await findNeighbours(model, input, { at, token, top, threads });
  await tell(args, context, {
    about,
    found,
    text: () => formatNeighbours(found),
    page: (shown) =>
      renderPlainPage({
        about: shown,
        lines: input === undefined ? [] : [input.text],
        body: [renderNeighbours(found)],
      }),
  });
}
