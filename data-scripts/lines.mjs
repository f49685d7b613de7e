// Lines of text of any size, as bytes.
import { formatCount } from './fetch.mjs';

/** A longer line is no sentence but a damaged file. */
const MAX_LINE_BYTES = 1 << 20;

/** The lines of a text that comes in chunks, without their ends, in groups; an Error for a line that is too long. */
export async function* splitLines(chunks, path) {
  let rest = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines = [];
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      lines.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    number += lines.length;
    if (rest.length > MAX_LINE_BYTES) {
      throw new Error(
        `${path}:${number + 1} has more than ${formatCount(MAX_LINE_BYTES)} bytes: it is no text`,
      );
    }
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [rest];
}
