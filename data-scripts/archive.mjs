// What is inside WMT's archives: the files of a tar (POSIX ustar) and the segments of their SGML.

const BLOCK = 512;

/**
 * The regular files of a tar by name, as views of its bytes. Names of more than 100 characters are cut (no test set
 * has one). An Error for bytes that are no tar, or not all of one.
 */
export function readTar(tar) {
  const files = new Map();
  let at = 0;
  // A block of zeros ends the archive.
  while (at + BLOCK <= tar.length && tar[at] !== 0) {
    const header = tar.subarray(at, at + BLOCK);
    if (sumHeader(header) !== readOctal(header, 148, 8)) throw new Error('is not a tar archive');
    const start = at + BLOCK;
    const end = start + readOctal(header, 124, 12);
    if (end > tar.length) throw new Error('is cut short');
    const type = header[156];
    if (type === 0 || type === 0x30) {
      files.set(readString(header, 0, 100).replace(/^\.\//, ''), tar.subarray(start, end));
    }
    at = start + Math.ceil((end - start) / BLOCK) * BLOCK;
  }
  return files;
}

// White space as in Python, which differs from JavaScript's \s in U+001C to U+001F, U+0085 and U+FEFF.
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const RUNS = new RegExp(SPACE, 'g');

/**
 * The segments of WMT's SGML as sacreBLEU reads them: a line that starts with `<seg ` without its tags, runs of white
 * space made one space. Entities stay as they are (the 13a tokenizer decodes four of them), and so does a line that
 * does not close its segment.
 */
export function readSegments(sgml) {
  const lines = sgml.split('\n').filter((line) => line.startsWith('<seg '));
  return lines.map((line) =>
    line
      .replace(/^<seg[^>]*>(.*)<\/seg>/s, '$1')
      .replace(RUNS, ' ')
      .replace(/^ | $/g, ''),
  );
}

/** The header's bytes added up, its own sum counted as eight spaces. */
function sumHeader(header) {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}

function readOctal(header, start, length) {
  return Number.parseInt(readString(header, start, length).trim(), 8);
}

/** Up to the first NUL. */
function readString(header, start, length) {
  return header.toString('latin1', start, start + length).split('\0', 1)[0];
}
