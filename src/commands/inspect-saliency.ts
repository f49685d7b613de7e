// `tx inspect --show saliency`: what the tokens of an input have to do with what is told.
import { renderPlainPage } from '../inspect/plain-page.ts';
import { drawSaliency, formatSaliency, missing, renderSaliency } from '../inspect/saliency.ts';
import { findSaliency } from '../tasks/inspected/saliency.ts';
import type { Context } from './command.ts';
import { lineInputs, readInspectInput } from './inspect-input.ts';
import { figureOf, type InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';

export async function showSaliency(args: InspectArgs, context: Context): Promise<void> {
  const input = await readInspectInput(args, context);
  const { path, model, about } = openShown(args, lineInputs(args), context);
  const saliency = await findSaliency(path, model, input, args, args.threads);
  await tell(args, context, {
    about,
    found: { ...saliency, missing: missing(saliency) },
    text: () => formatSaliency(saliency),
    figure: () => drawSaliency(saliency, figureOf('saliency', args)),
    page: (shown) => renderPlainPage({ about: shown, lines: [], body: [renderSaliency(saliency)] }),
  });
}
