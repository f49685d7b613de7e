// What is inside archives of corpora: the files of a tar (POSIX ustar), in memory or as a stream, or of a zip, and the
// segments of WMT's SGML.
import yauzl from 'yauzl';

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
    const { name, size, isFile } = readHeader(tar.subarray(at, at + BLOCK));
    const start = at + BLOCK;
    if (start + size > tar.length) throw new Error('is cut short');
    if (isFile) files.set(name, tar.subarray(start, start + size));
    at = start + roundUp(size);
  }
  return files;
}

/**
 * The same of a tar of any size, as its bytes come: each file with its name, size and content, which must be read before
 * the next file is asked for; what is not read is left out. All of `chunks` is read, also what follows the archive's end.
 */
export async function* streamTar(chunks) {
  const reader = new ChunkReader(chunks);
  let header = await reader.read(BLOCK);
  while (header.length === BLOCK && header[0] !== 0) {
    const { name, size, isFile } = readHeader(header);
    const content = reader.take(size);
    if (isFile) yield { name, size, content };
    for await (const _ of content);
    await reader.read(roundUp(size) - size);
    header = await reader.read(BLOCK);
  }
  // The archive's end is a block of zeros.
  if (header.length < BLOCK) throw new Error('is cut short');
  await reader.drain();
}

/** Bytes of an asynchronous sequence of chunks, so many at a time. */
class ChunkReader {
  #chunks;
  #rest = Buffer.alloc(0);

  constructor(chunks) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** `count` bytes; fewer where there are no more. */
  async read(count) {
    const parts = [];
    for (let left = count; left > 0; left -= parts.at(-1).length) {
      const part = await this.#next(left);
      if (part === null) break;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  /** `count` bytes as they come. */
  async *take(count) {
    for (let left = count; left > 0; ) {
      const part = await this.#next(left);
      if (part === null) throw new Error('is cut short');
      left -= part.length;
      yield part;
    }
  }

  async drain() {
    while ((await this.#next(Number.POSITIVE_INFINITY)) !== null);
  }

  /** At least one byte and at most `most`; null at the end. */
  async #next(most) {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) return null;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}

/** A file's entry; an Error for a block that is none. */
function readHeader(header) {
  if (header.length < BLOCK || sumHeader(header) !== readOctal(header, 148, 8))
    throw new Error('is not a tar archive');
  const name = readString(header, 0, 100).replace(/^\.\//, '');
  const type = header[156];
  return { name, size: readOctal(header, 124, 12), isFile: type === 0 || type === 0x30 };
}

const roundUp = (size) => Math.ceil(size / BLOCK) * BLOCK;

/**
 * The files of a zip, in memory or at a path: `files` has a function for each by name that opens its content as a
 * stream, `close` is called in the end. An Error for what is no zip or not all of one; the stream's, where a file in it is damaged.
 */
export async function openZip(zip) {
  const open = typeof zip === 'string' ? yauzl.openPromise : yauzl.fromBufferPromise;
  const archive = await open(zip, { autoClose: false, lazyEntries: true }).catch((error) => {
    throw error.syscall === undefined ? new Error('is not a whole zip archive') : error;
  });
  const files = new Map();
  try {
    for await (const entry of archive.eachEntry()) {
      const { fileName } = entry;
      if (!fileName.endsWith('/')) files.set(fileName, () => archive.openReadStreamPromise(entry));
    }
  } catch (error) {
    archive.close();
    throw new Error(`is a damaged zip archive (${error.message})`);
  }
  return { files, close: () => archive.close() };
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
