// `tx inspect --show masks`: each token hidden in turn.
import { basename } from 'node:path';
import { formatMasks, renderMasks } from '../inspect/masks.ts';
import { renderPlainPage } from '../inspect/plain-page.ts';
import { drawTokens } from '../inspect/tokens-svg.ts';
import { hideEach } from '../tasks/inspected/masks.ts';
import type { Context } from './command.ts';
import { lineInputs, readInspectInput } from './inspect-input.ts';
import type { InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';

export async function showMasks(args: InspectArgs, context: Context): Promise<void> {
  const { threads, top = 5 } = args;
  const input = await readInspectInput(args, context);
  const { path, model, about } = openShown(args, lineInputs(args), context);
  const tokens = await hideEach(path, model, input, { threads, top });
  const lines = [input.text, ...(input.pair === undefined ? [] : [input.pair])];
  await tell(args, context, {
    about,
    found: { tokens },
    text: () => formatMasks(tokens),
    figure: () =>
      drawTokens(`${basename(about.run)}: each token hidden; darker is likelier`, [
        { tokens: tokens.map(({ piece, probability }) => ({ piece, share: probability, color: 0 })) },
      ]),
    page: (shown) => renderPlainPage({ about: shown, lines, body: [renderMasks(tokens)] }),
  });
}
