// `tx inspect --show selectors`: those of a RASP-L program beside the heads of a model trained on what it solves.
import { renderPlainPage } from '../inspect/plain-page.ts';
import { formatSelectors } from '../inspect/selectors.ts';
import { drawSelectors, renderSelectors } from '../inspect/selectors-page.ts';
import { findSelectors } from '../tasks/inspected/selectors.ts';
import type { Context } from './command.ts';
import { lineInputs, readInspectInput } from './inspect-input.ts';
import { figureOf, type InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';

export async function showSelectors(args: InspectArgs, context: Context): Promise<void> {
  const { program, threads } = args;
  const { text } = await readInspectInput(args, context);
  const { path, model, about } = openShown(args, lineInputs(args), context);
  const found = await findSelectors(path, model, { text, program, threads });
  await tell(args, context, {
    about,
    found: {
      ...found,
      heads: found.heads.map(({ weights, ...head }) => ({ ...head, weights: [...weights] })),
    },
    text: () => formatSelectors(found),
    figure: () => drawSelectors(found, figureOf('selectors', args)),
    page: (shown) =>
      renderPlainPage({
        about: shown,
        lines: [`${found.program} on ${found.tokens.join(' ')}`],
        links: [
          ['agreement', 'Agreement'],
          ['pairs', 'Pairs'],
          ['all', 'All heads'],
        ],
        body: renderSelectors(found),
      }),
  });
}
