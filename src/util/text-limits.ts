// How much text is read: the limits, their defaults, and what is said beyond them.
import { getHeapStatistics } from 'node:v8';
import { UserError } from './errors.ts';
import { formatBytes } from './format.ts';

/** What is beyond a limit is a UserError. */
export interface TextLimits {
  /** Most bytes of a text, unpacked; of one that is held whole by default half of what Node may use. */
  maxBytes?: number;
  /** Most bytes of memory that lines may take together, where all are held. */
  maxHeldBytes?: number;
  /** Most bytes of a line, 16 MB by default: an endless one must not fill the memory. */
  maxLineBytes?: number;
}

/** Most bytes of a line by default. */
export const MAX_LINE_BYTES = 16_000_000;
/** Most bytes of a text that is held whole by default: half of what Node may use. */
export const MAX_TEXT_BYTES = getHeapStatistics().heap_size_limit / 2;

/** What is said of a text of more than `limit` bytes. */
export const tooLarge = (name: string, limit: number): UserError =>
  new UserError(`${name}: is larger than ${formatBytes(limit)}, the most that is read`);
