// What a tokenizer.json does to the pieces of texts once they are found: the special ones around them, and whether the
// places of pieces leave out their spaces.
import { UserError } from '../../util/errors.ts';
import { quote } from '../../util/quote.ts';
import type { Frame } from '../frame.ts';
import type { Processor } from './tokenizer-json.ts';

export interface PostProcessing {
  /** Undefined where nothing stands around texts. */
  frame: Frame | undefined;
  /** Undefined where places are left as they are. */
  trimming: { addPrefixSpace: boolean } | undefined;
}

/** A UserError that begins with `name` where what stands around two texts does not go with what stands around one. */
export function readPostProcessors(processors: readonly Processor[], name: string): PostProcessing {
  let frame: Frame | undefined;
  let trimming: PostProcessing['trimming'];
  for (const processor of processors) {
    const { type } = processor;
    if ((type === 'ByteLevel' || type === 'RobertaProcessing') && processor.trim_offsets) {
      trimming = { addPrefixSpace: processor.add_prefix_space };
    }
    if (type !== 'ByteLevel') frame = frameOf(processor, name);
  }
  return { frame, trimming };
}

function frameOf(processor: Exclude<Processor, { type: 'ByteLevel' }>, name: string): Frame | undefined {
  if (processor.type === 'TemplateProcessing') return readTemplate(processor, name);
  const [[, sep], [, cls]] = [processor.sep, processor.cls];
  const between = processor.type === 'RobertaProcessing' ? [sep, sep] : [sep];
  return { start: [cls], between, end: [sep] };
}

function readTemplate(
  { single, pair, special_tokens }: Extract<Processor, { type: 'TemplateProcessing' }>,
  name: string,
): Frame | undefined {
  const cut = (items: typeof single): { texts: string; parts: number[][] } => {
    const parts: number[][] = [[]];
    let texts = '';
    for (const item of items) {
      if ('Sequence' in item) {
        texts += item.Sequence.id;
        parts.push([]);
        continue;
      }
      const known = Object.hasOwn(special_tokens, item.SpecialToken.id)
        ? special_tokens[item.SpecialToken.id]
        : undefined;
      if (known === undefined) {
        throw new UserError(`${name}: post_processor.special_tokens lacks ${quote(item.SpecialToken.id)}`);
      }
      parts.at(-1)!.push(...known.ids);
    }
    return { texts, parts };
  };
  const [one, two] = [cut(single), cut(pair)];
  const [start, end] = one.parts as [number[], number[]];
  const isEven = two.parts[0]?.join() === start.join() && two.parts[2]?.join() === end?.join();
  if (one.texts !== 'A' || two.texts !== 'AB' || !isEven) {
    throw new UserError(
      `${name}: its post_processor frames two texts otherwise than one, which tx does not do`,
    );
  }
  const between = two.parts[1]!;
  return [...start, ...between, ...end].length === 0 ? undefined : { start, between, end };
}
