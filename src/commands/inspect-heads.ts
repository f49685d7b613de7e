// `tx inspect --show heads`: what heads do over texts, and what a model loses without them.
import { drawImportance, formatHeads, renderHeadSummaries } from '../inspect/heads-page.ts';
import { renderPlainPage } from '../inspect/plain-page.ts';
import { summarizeHeads } from '../tasks/inspected/heads.ts';
import { inputsOf, readLabelledTexts } from '../tasks/inspected/labelled-texts.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { plural } from '../util/format.ts';
import type { Context } from './command.ts';
import { isStdin } from './input.ts';
import { readCorpus } from './inspect-corpus.ts';
import { requireInput } from './inspect-input.ts';
import { figureOf, type InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';
import { TaskBar } from './progress.ts';

export async function showHeads(args: InspectArgs, context: Context): Promise<void> {
  const { threads, target, ablate, labelled = false } = args;
  const input = requireInput(args);
  const { path, model, about } = openShown(
    args,
    [input, target].flatMap((one) => one ?? []),
    context,
  );
  if (ablate !== undefined && !labelled && model.telling === undefined && model.answering?.() !== undefined)
    throw new UsageError(
      '--ablate: this run labels texts; give --labelled, and a file with labels for --input',
    );
  if (labelled && isStdin(input)) throw new UsageError('--labelled reads a file, not standard input');
  const texts = labelled ? await readLabelledTexts(path, input) : undefined;
  const inputs = texts ? inputsOf(texts) : await readCorpus({ input, target }, model, context);
  const lost = texts?.figure.name;
  const bar = new TaskBar(context.log);
  const { heads, whole } = await summarizeHeads(path, model, inputs, {
    threads,
    ablate,
    labelled: texts,
    onProgress: (done, total) => bar.update('looking at heads', done, total),
    signal: context.abortSignal(),
  }).finally(() => bar.stop());
  await tell(args, context, {
    about,
    found: {
      texts: inputs.length,
      ...(ablate && { ablate }),
      ...(lost && { score: lost }),
      ...(whole !== undefined && { whole }),
      heads,
    },
    text: () => formatHeads(heads, lost),
    figure: () => {
      const figure = figureOf('heads', args);
      const drawing = drawImportance(heads, figure, lost);
      if (drawing !== undefined) return drawing;
      throw new UserError(
        figure === 'ablation'
          ? '--figure ablation: nothing was left out; give --ablate'
          : `--figure gradient: ${path} tells no tokens, by which heads are weighed; of a run that labels texts give --labelled`,
      );
    },
    page: (shown) =>
      renderPlainPage({
        about: shown,
        lines: [
          `${plural(inputs.length, 'text')}${ablate === undefined ? '' : `; without a head: ${ablate}`}`,
          ...(whole === undefined ? [] : [`${lost ?? 'nats a token'} with all heads: ${whole.toFixed(4)}`]),
        ],
        body: [renderHeadSummaries(heads, inputs.length, lost)],
      }),
  });
}
