// What stands around texts where a model reads one or two of them at once: `[CLS] a [SEP] b [SEP]` as in Devlin et al.
// 2019, or `a </s> b </s>` where a tokenizer has only an end.
import { UserError } from '../util/errors.ts';

/** Special ids before the first text, between two, and after the last one. */
export interface Frame {
  start: readonly number[];
  between: readonly number[];
  end: readonly number[];
}

export interface Framed {
  ids: Int32Array;
  /** Of each id the text that it belongs to, 0 or 1; what follows a text belongs to it. */
  segments: Int32Array;
  /** Where each text's own ids begin, and how many of them are left. */
  spans: readonly { begin: number; length: number }[];
  /** Ids that were cut off. */
  cut: number;
}

/** The tokenizer's own frame; else of cls and sep, or of eos alone. A UserError where it has none of them. */
export function frameOf({
  frame,
  special: { cls, sep, eos },
}: {
  frame?: Frame | undefined;
  special: { cls?: number; sep?: number; eos?: number };
}): Frame {
  if (frame !== undefined) return frame;
  if (cls !== undefined && sep !== undefined) return { start: [cls], between: [sep], end: [sep] };
  if (eos !== undefined) return { start: [], between: [eos], end: [eos] };
  throw new UserError(
    'the tokenizer has neither cls and sep nor eos to frame texts with; train it with them',
  );
}

/**
 * One or two texts in their frame, at most `maxLength` ids. What is too long loses ids at the end of the longer text,
 * of two equally long ones the second. A RangeError where the frame alone is longer.
 */
export function frameTexts(
  { start, between, end }: Frame,
  texts: readonly [ArrayLike<number>] | readonly [ArrayLike<number>, ArrayLike<number>],
  maxLength: number,
): Framed {
  const [first, second] = texts;
  const room = maxLength - start.length - end.length - (second === undefined ? 0 : between.length);
  if (room < 0) throw new RangeError(`${maxLength} places do not hold the frame of a text`);
  const kept =
    second === undefined ? [Math.min(first.length, room)] : sharedRoom(first.length, second.length, room);
  const parts = texts.map((text, i) => Array.prototype.slice.call(text, 0, kept[i]) as number[]);
  const rows =
    second === undefined
      ? [[...start, ...parts[0]!, ...end]]
      : [
          [...start, ...parts[0]!, ...between],
          [...parts[1]!, ...end],
        ];
  const begins = [start.length, rows[0]!.length];
  return {
    ids: Int32Array.from(rows.flat()),
    segments: Int32Array.from(rows.flatMap((row, i) => row.map(() => i))),
    spans: kept.map((length, i) => ({ begin: begins[i]!, length })),
    cut: texts.reduce((sum, text, i) => sum + text.length - kept[i]!, 0),
  };
}

/** Lengths of two texts once the longer one has been shortened, one id at a time, until both fit. */
function sharedRoom(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const half = Math.ceil(room / 2);
  const a = Math.min(first, Math.max(half, room - second));
  return [a, Math.min(second, room - a)];
}
