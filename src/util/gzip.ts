// Gzip's unpacking of a whole or of a stream, with a bound on what may come out.
import { constants } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { UserError } from './errors.ts';
import { tooLarge } from './text-limits.ts';

/** Text is packed to a tenth or so; beyond this many times its packed size, and 268 MB, it is something else. */
const MAX_RATIO = 50;
const MIN_UNPACKED = 1 << 28;
/** Bytes unpacked at once. */
const CHUNK = 1 << 20;

const GZIP = [0x1f, 0x8b];
/** Whether the bytes begin as gzip's do. */
export const isPacked = (bytes: Uint8Array): boolean => bytes[0] === GZIP[0] && bytes[1] === GZIP[1];

/** With `finishFlush` Z_SYNC_FLUSH also of packed bytes that end too early. */
export function gunzip(packed: Buffer, name: string, maxBytes: number, finishFlush?: number): Buffer {
  const likely = Math.max(MIN_UNPACKED, MAX_RATIO * packed.length);
  const maxOutputLength = Math.min(maxBytes, likely, constants.MAX_LENGTH);
  try {
    return gunzipSync(packed, {
      maxOutputLength,
      chunkSize: CHUNK,
      ...(finishFlush !== undefined && { finishFlush }),
    });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? tooLarge(name, maxOutputLength) : cannotUnpack(name, error);
  }
}

/** A stream's bytes, unpacked if they are packed. */
export async function* unpack(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      yield* { [Symbol.asyncIterator]: () => source };
    } finally {
      await source.return?.();
    }
  };
  // A first byte that is another tells already: a line typed at a terminal does not wait for the next.
  let head = Buffer.alloc(0);
  while (head.length === 0 || (head.length === 1 && head[0] === GZIP[0])) {
    const next = await source.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  if (!isPacked(head)) {
    yield* whole();
    return;
  }
  const unpacked = createGunzip();
  // Errors of either reach whoever reads `unpacked`.
  pipeline(Readable.from(whole()), unpacked, () => {});
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof UserError ? error : cannotUnpack(name, error);
  }
}

const cannotUnpack = (name: string, error: unknown): UserError =>
  new UserError(`${name}: cannot be unpacked (${(error as Error).message})`);
