// NumPy's file of one array, written row by row: version 1.0 of the format (numpy.lib.format), float32, rows first.
import { BinaryWriter } from '../util/binary-writer.ts';

/** Bytes before the numbers: the header has room for any number of rows, since it is written again at the end. */
const HEADER_BYTES = 128;

/** A matrix [rows, width] in the making. The file has its name once it is whole. */
export class NpyWriter {
  readonly #file: BinaryWriter;
  readonly #width: number;
  #rows = 0;

  constructor(path: string, width: number) {
    this.#file = new BinaryWriter(path);
    this.#width = width;
    this.#file.append(header(0, width));
  }

  append(row: Float32Array): void {
    this.#file.append(new Uint8Array(row.buffer, row.byteOffset, row.byteLength));
    this.#rows++;
  }

  /** Gives the file its name. */
  finish(): void {
    this.#file.writeAt(0, header(this.#rows, this.#width));
    this.#file.finish();
  }

  /** Ends early: nothing stays. May follow another end. */
  abandon(): void {
    this.#file.abandon();
  }
}

function header(rows: number, width: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES, ' ');
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(HEADER_BYTES - 10, 8);
  bytes.write(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${width}), }`, 10);
  bytes.write('\n', HEADER_BYTES - 1);
  return bytes;
}
