// Small WebAssembly SIMD kernels written down in the binary format (WebAssembly specification 2.0, section 5), for
// loops over bytes and floats that JavaScript runs one at a time. No compiler, no files.

type Bytes = readonly number[];

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
const list = (items: readonly Bytes[]): number[] => [...leb(items.length), ...items.flat()];
const sized = (bytes: Bytes): number[] => [...leb(bytes.length), ...bytes];
const section = (id: number, content: Bytes): number[] => [id, ...sized(content)];
const name = (text: string): number[] => sized([...Buffer.from(text)]);

export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;
const PAGE = 65536;

export const get = (local: number): number[] => [0x20, local];
export const set = (local: number): number[] => [0x21, local];
export const tee = (local: number): number[] => [0x22, local];
/** A vector instruction by its number. */
export const simd = (code: number): number[] => [0xfd, ...leb(code)];
/** Loads and stores of 16 bytes at the address on the stack plus `offset`. */
export const load = (offset: number): number[] => [...simd(0x00), 4, ...leb(offset)];
/** Loads 8 bytes, with zeros behind them. */
export const loadHalf = (offset: number): number[] => [...simd(0x5d), 3, ...leb(offset)];
export const store = (offset: number): number[] => [...simd(0x0b), 4, ...leb(offset)];

/** Runs `body` for `at` = 0, 16, 32, … while at < end (both i32 locals); at least once. */
export const forEachVector = (at: number, end: number, body: Bytes): number[] => [
  ...[0x03, 0x40],
  ...body,
  ...[...get(at), 0x41, 16, 0x6a, ...tee(at), ...get(end), 0x49, 0x0d, 0],
  0x0b,
];

export interface KernelSpec {
  parameters: readonly number[];
  /** Types of the locals that follow the parameters. */
  locals: readonly number[];
  body: Bytes;
  /** Size of the memory. */
  bytes: number;
  /** A function of i32 arguments that the body may call as function 0. */
  callback?: { parameters: number; call: (...values: number[]) => void };
}

export interface Kernel {
  memory: ArrayBuffer;
  run: (...values: number[]) => void;
}

// The part of the interface that is used here; the compiler's library knows it for browsers alone.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** Compiles and instantiates a kernel: one function over one memory. */
export function buildKernel({ parameters, locals, body, bytes, callback }: KernelSpec): Kernel {
  const types = [[0x60, ...list(parameters.map((type) => [type])), 0]];
  if (callback !== undefined)
    types.push([0x60, ...list(Array.from({ length: callback.parameters }, () => [I32])), 0]);
  const own = callback === undefined ? 0 : 1;
  const code = [...list(locals.map((type) => [1, type])), ...body, 0x0b];
  const module = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...(callback === undefined ? [] : section(2, list([[...name('js'), ...name('call'), 0, 1]]))),
    ...section(3, list([[0]])),
    ...section(5, list([[0, ...leb(Math.ceil(bytes / PAGE))]])),
    ...section(
      7,
      list([
        [...name('memory'), 2, 0],
        [...name('run'), 0, own],
      ]),
    ),
    ...section(10, list([sized(code)])),
  ]);
  const imports = callback === undefined ? {} : { js: { call: callback.call } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), imports);
  const { memory, run } = exports as { memory: { buffer: ArrayBuffer }; run: Kernel['run'] };
  return { memory: memory.buffer, run };
}
