// `tx inspect --show heads`: what heads do over texts, and what a model loses without them.
import { drawImportance, formatHeads, renderHeadSummaries } from '../inspect/heads-page.ts';
import { renderPlainPage } from '../inspect/plain-page.ts';
import { summarizeHeads } from '../tasks/inspected/heads.ts';
import { UserError } from '../util/errors.ts';
import { plural } from '../util/format.ts';
import type { Context } from './command.ts';
import { readCorpus } from './inspect-corpus.ts';
import { requireInput } from './inspect-input.ts';
import { figureOf, type InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';
import { TaskBar } from './progress.ts';

export async function showHeads(args: InspectArgs, context: Context): Promise<void> {
  const { threads, target, ablate } = args;
  const input = requireInput(args);
  const { path, model, about } = openShown(
    args,
    [input, target].flatMap((one) => one ?? []),
    context,
  );
  const inputs = await readCorpus({ input, target }, model, context);
  const bar = new TaskBar(context.log);
  const heads = await summarizeHeads(path, model, inputs, {
    threads,
    ablate,
    onProgress: (done, total) => bar.update('looking at heads', done, total),
    signal: context.abortSignal(),
  }).finally(() => bar.stop());
  await tell(args, context, {
    about,
    found: { texts: inputs.length, ...(ablate && { ablate }), heads },
    text: () => formatHeads(heads),
    figure: () => {
      const figure = figureOf('heads', args);
      const drawing = drawImportance(heads, figure);
      if (drawing !== undefined) return drawing;
      throw new UserError(
        figure === 'ablation'
          ? '--figure ablation: nothing was left out; give --ablate'
          : `--figure gradient: ${path} tells no tokens, by which heads are weighed`,
      );
    },
    page: (shown) =>
      renderPlainPage({
        about: shown,
        lines: [
          `${plural(inputs.length, 'text')}${ablate === undefined ? '' : `; without a head: ${ablate}`}`,
        ],
        body: [renderHeadSummaries(heads, inputs.length)],
      }),
  });
}
