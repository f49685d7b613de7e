// Texts of files, line by line, as models under inspection read them.
import type { InspectedModel, InspectInput } from '../tasks/inspected/model.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { plural } from '../util/format.ts';
import type { Context } from './command.ts';
import { checkStdinOnce, describeInput, readInputLines } from './input.ts';

/** Whether a model reads one text and writes another. */
export const isPair = ({ tokenizers }: Pick<InspectedModel, 'tokenizers'>): boolean =>
  tokenizers.encoder !== undefined && tokenizers.decoder !== undefined;

/** Lines that are not empty, with those of the target where the model writes one. */
export async function readCorpus(
  { input, target }: { input: string; target?: string | undefined },
  model: InspectedModel,
  context: Context,
): Promise<(InspectInput & { line: number })[]> {
  if (isPair(model) && target === undefined)
    throw new UsageError('missing --target, a file of translations or trees, line by line');
  if (!isPair(model) && target !== undefined)
    throw new UsageError('--target is for models that read one text and write another');
  checkStdinOnce([input, target]);
  const lines = await readInputLines(input, context, 'texts');
  const targets = target === undefined ? undefined : await readInputLines(target, context, 'targets');
  if (targets !== undefined && targets.length !== lines.length)
    throw new UserError(
      `${describeInput(target!)}: has ${plural(targets.length, 'line')}; ${describeInput(input)} has ${lines.length}`,
    );
  const found = lines.flatMap((text, i) => {
    const own = targets?.[i];
    if (text.trim() === '' || own?.trim() === '') return [];
    return [{ line: i + 1, text, ...(own !== undefined && { target: own }) }];
  });
  if (found.length === 0) throw new UserError(`${describeInput(input)}: has no text`);
  return found;
}
