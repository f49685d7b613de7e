// The safetensors file format: 8 bytes little-endian N, N bytes of JSON { name: { dtype, shape, data_offsets } } with
// an optional `__metadata__` of strings, then the tensors without a gap (huggingface.co/docs/safetensors).
// Little-endian machines only. Half-precision types, which no graph here takes, are read as float32 and never written.
import { widenBf16, widenHalf } from '../tensor/half.ts';
import type { DType, TensorData, TypedArray } from '../tensor/tensor.ts';
import { BinaryFile } from '../util/binary-file.ts';
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { decodeText } from '../util/text.ts';

export interface LoadedFile {
  tensors: Map<string, TensorData>;
  /** Without a prototype: any key is safe to ask for. */
  metadata: Record<string, string>;
}

/** The format allows 100 MB; this much describes more than 100,000 tensors. */
const MAX_HEADER = 16_000_000;
const METADATA = '__metadata__';

interface Kind {
  code: string;
  bytes: number;
  view: new (buffer: ArrayBuffer) => TypedArray;
}

const kinds: Record<DType, Kind> = {
  float64: { code: 'F64', bytes: 8, view: Float64Array },
  int64: { code: 'I64', bytes: 8, view: BigInt64Array },
  float32: { code: 'F32', bytes: 4, view: Float32Array },
  int32: { code: 'I32', bytes: 4, view: Int32Array },
  uint8: { code: 'U8', bytes: 1, view: Uint8Array },
  int8: { code: 'I8', bytes: 1, view: Int8Array },
  bool: { code: 'BOOL', bytes: 1, view: Uint8Array },
};
/** What a type of the format is read as. */
interface Stored {
  dtype: DType;
  bytes: number;
  read(buffer: ArrayBuffer): TypedArray;
}

const half = (widen: (halves: Uint16Array) => Float32Array): Stored => ({
  dtype: 'float32',
  bytes: 2,
  read: (buffer) => widen(new Uint16Array(buffer)),
});
const stored = new Map<string, Stored>([
  ...Object.entries(kinds).map(([dtype, { code, bytes, view }]): [string, Stored] => [
    code,
    { dtype: dtype as DType, bytes, read: (buffer) => new view(buffer) },
  ]),
  ['F16', half(widenHalf)],
  ['BF16', half(widenBf16)],
]);

/** The file in pieces, tensors uncopied; the widest elements come first, so that all are aligned. */
export function* encodeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  const order = [...tensors].sort(([, a], [, b]) => kinds[b.dtype].bytes - kinds[a.dtype].bytes);
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set(METADATA, metadata);
  let offset = 0;
  for (const [name, { dtype, dims, data }] of order) {
    const size = dims.reduce((a, b) => a * b, 1);
    if (name === METADATA || name === '__proto__') throw new Error(`a tensor cannot be named ${name}`);
    if (size !== data.length) throw new Error(`tensor ${name}: ${data.length} elements for [${dims}]`);
    const data_offsets = [offset, (offset += data.byteLength)];
    header.set(name, { dtype: kinds[dtype].code, shape: dims, data_offsets });
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const start = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  json.copy(start, 8);
  yield start;
  for (const [, { data }] of order) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Everything in the file at `path`; a UserError where it is not a whole and sound safetensors file. */
export function loadSafetensors(path: string): LoadedFile {
  const file = new BinaryFile(path);
  try {
    const { entries, metadata, dataStart } = readHeader(path, file);
    const tensors = new Map<string, TensorData>();
    for (const { name, type, dims, begin, end } of entries) {
      const { dtype } = type;
      const data = type.read(file.read(dataStart + begin, end - begin));
      if (dtype === 'bool' && (data as Uint8Array).some((byte) => byte > 1)) {
        throw malformed(path, `tensor ${quote(name)} has booleans other than 0 and 1`);
      }
      tensors.set(name, { dtype, dims, data });
    }
    return { tensors, metadata };
  } finally {
    file.close();
  }
}

/** The metadata alone, without a look at the tensors; a UserError as from loadSafetensors. */
export function loadMetadata(path: string): LoadedFile['metadata'] {
  const file = new BinaryFile(path);
  try {
    return readHeader(path, file).metadata;
  } finally {
    file.close();
  }
}

interface Entry {
  name: string;
  type: Stored;
  dims: number[];
  begin: number;
  end: number;
}

function readHeader(path: string, file: BinaryFile) {
  const { size } = file;
  if (size < 8) throw malformed(path, `${size} bytes are too few`);
  const length = Number(new DataView(file.read(0, 8)).getBigUint64(0, true));
  if (length > size - 8) throw malformed(path, `its header should have ${length} bytes; is it cut short?`);
  if (length > MAX_HEADER) throw malformed(path, `its header of ${length} bytes is too long`);
  const dataStart = 8 + length;
  return { ...parseHeader(path, new Uint8Array(file.read(8, length)), size - dataStart), dataStart };
}

/** The header's tensors in the order of their bytes, which must fill `dataLength` exactly. */
function parseHeader(path: string, bytes: Uint8Array, dataLength: number) {
  const text = decodeText(bytes, `${path}: not a safetensors file: its header`);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw malformed(path, 'its header is not JSON');
  }
  if (!isMap(header)) throw malformed(path, 'its header is not a map');
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) throw malformed(path, `${quote(repeated)} stands twice in its header`);
  const metadata: Record<string, string> = Object.create(null);
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) Object.assign(metadata, parseMetadata(path, value));
    else entries.push(parseEntry(path, name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let offset = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== offset) {
      throw malformed(path, `tensor ${quote(name)} begins at byte ${begin} of the data, not at ${offset}`);
    }
    offset = end;
  }
  if (offset !== dataLength) {
    throw malformed(path, `its tensors have ${offset} bytes, the file has ${dataLength}; is it cut short?`);
  }
  return { entries, metadata };
}

function parseMetadata(path: string, value: unknown): Record<string, string> {
  const sound =
    isMap(value) && Object.entries(value).every(([k, v]) => k !== '__proto__' && typeof v === 'string');
  if (!sound) throw malformed(path, `its ${METADATA} is not a map of strings`);
  return value as Record<string, string>;
}

function parseEntry(path: string, name: string, value: unknown): Entry {
  const fail = (reason: string) => malformed(path, `tensor ${quote(name)} ${reason}`);
  if (name === '__proto__') throw fail('has a name that is not allowed');
  if (!isMap(value)) throw fail('is not described by a map');
  const { dtype: code, shape, data_offsets: offsets } = value;
  const type = typeof code === 'string' ? stored.get(code) : undefined;
  if (type === undefined) {
    throw fail(`has the type ${quote(String(code))}; supported are ${[...stored.keys()].join(', ')}`);
  }
  if (!isSizes(shape)) throw fail('has a shape that is not a list of sizes');
  if (!isSizes(offsets) || offsets.length !== 2) throw fail('has no pair of offsets');
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((a, b) => a * b, type.bytes);
  if (end - begin !== size) throw fail(`needs ${size} bytes and has ${end - begin}`);
  return { name, type, dims: shape, begin, end };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((x) => Number.isSafeInteger(x) && x >= 0);

/** A key that a map in this valid JSON text has twice: JSON.parse keeps the last and says nothing. */
function findRepeatedKey(text: string): string | undefined {
  const maps: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') maps.push(new Set());
    else if (c === '}' || c === ']') maps.pop();
    else if (c === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      let after = i + 1;
      while (' \t\r\n'.includes(text[after] ?? 'x')) after++;
      if (text[after] !== ':') continue;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      const keys = maps.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

const malformed = (path: string, reason: string) =>
  new UserError(`${path}: not a safetensors file: ${reason}`);
