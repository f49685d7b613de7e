// onnxruntime's C API (onnxruntime_c_api.h) in the library that onnxruntime-node brings along, called through koffi, an
// optional dependency. It does what the package's own binding does not: it writes outputs where they are wanted.
import './no-telemetry.ts';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LibraryHandle } from 'koffi';

/** The address of one of onnxruntime's objects. */
export type Handle = bigint;

/** The version of the table below; every onnxruntime since 1.18 has it. */
const API_VERSION = 18;

/** A function's place in the table, and the types of what it takes. It gives a status: 0, or the address of an error. */
const FUNCTIONS = {
  CreateEnv: [3, 'int', 'str', 'void *'],
  CreateSessionFromArray: [8, 'uintptr', 'void *', 'size_t', 'uintptr', 'void *'],
  CreateSessionOptions: [10, 'void *'],
  DisableMemPattern: [17, 'uintptr'],
  SetSessionLogSeverityLevel: [22, 'uintptr', 'int'],
  SetSessionGraphOptimizationLevel: [23, 'uintptr', 'int'],
  SetIntraOpNumThreads: [24, 'uintptr', 'int'],
  CreateTensorWithDataAsOrtValue: [49, 'uintptr', 'void *', 'size_t', 'void *', 'size_t', 'int', 'void *'],
  CreateCpuMemoryInfo: [69, 'int', 'int', 'void *'],
  AddSessionConfigEntry: [130, 'uintptr', 'str', 'str'],
  RunWithBinding: [133, 'uintptr', 'uintptr', 'uintptr'],
  CreateIoBinding: [134, 'uintptr', 'void *'],
  BindInput: [136, 'uintptr', 'str', 'uintptr'],
  BindOutput: [137, 'uintptr', 'str', 'uintptr'],
} as const;
type FunctionName = keyof typeof FUNCTIONS;

/** Functions that give nothing back, and the one that reads an error. */
const RELEASES = { Status: 93, Session: 95, Value: 96, SessionOptions: 100, IoBinding: 135 } as const;
const GET_ERROR_MESSAGE = 2;

const FILES: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libonnxruntime.so.1',
  darwin: 'libonnxruntime.1.dylib',
  win32: 'onnxruntime.dll',
};

const [ARENA_ALLOCATOR, DEFAULT_MEMORY] = [1, 0];
export const LOG_ERRORS = 3;

/** Functions of the C API by its own names. */
export interface OrtApi {
  /** An Error with onnxruntime's words where it refuses. */
  call(name: FunctionName, ...values: unknown[]): void;
  /** The same for a function that gives an object through its last parameter. */
  create(name: FunctionName, ...values: unknown[]): Handle;
  release(kind: keyof typeof RELEASES, handle: Handle): void;
  readonly environment: Handle;
  /** That tensors lie in plain memory. */
  readonly memory: Handle;
  /** koffi unloads a library that nobody holds. */
  readonly library: LibraryHandle;
}

let loaded: Promise<OrtApi | undefined> | undefined;

/** Undefined where koffi is not installed, or the library is not as it should be: then the package's binding has to do. */
export function loadOrtApi(): Promise<OrtApi | undefined> {
  loaded ??= import('koffi').then(({ default: koffi }) => bind(koffi)).catch(() => undefined);
  return loaded;
}

function bind(koffi: typeof import('koffi').default): OrtApi {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const folder = join(dirname(manifest), 'bin', 'napi-v6', process.platform, process.arch);
  const library = koffi.load(join(folder, FILES[process.platform]!));
  // OrtApiBase begins with the address of GetApi, OrtApi is a list of addresses.
  const functionAt = (address: Handle, result: string, types: readonly string[]) =>
    koffi.decode(koffi.decode(address, 'uintptr'), koffi.proto(result, [...types]));
  const base = BigInt(library.func('OrtGetApiBase', 'uintptr', [])());
  const table = BigInt(functionAt(base, 'uintptr', ['uint32'])(API_VERSION));
  if (table === 0n) throw new Error(`onnxruntime has no version ${API_VERSION} of its C API`);
  const at = (place: number, result: string, types: readonly string[]) =>
    functionAt(table + 8n * BigInt(place), result, types);
  const messageOf = at(GET_ERROR_MESSAGE, 'str', ['uintptr']);
  const releases = mapValues(RELEASES, (place) => at(place, 'void', ['uintptr']));
  const functions = mapValues(FUNCTIONS, ([place, ...types]) => at(place, 'uintptr', types));
  const call: OrtApi['call'] = (name, ...values) => {
    const status = BigInt(functions[name](...values));
    if (status === 0n) return;
    const message = messageOf(status);
    releases.Status(status);
    throw new Error(`onnxruntime: ${message}`);
  };
  const create: OrtApi['create'] = (name, ...values) => {
    const handle = new BigUint64Array(new ArrayBuffer(8));
    call(name, ...values, handle);
    return handle[0]!;
  };
  return {
    call,
    create,
    release: (kind, handle) => releases[kind](handle),
    environment: create('CreateEnv', LOG_ERRORS, 'tx'),
    memory: create('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY),
    library,
  };
}

function mapValues<K extends string, A, B>(
  values: Readonly<Record<K, A>>,
  map: (value: A) => B,
): Record<K, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value as A)])) as Record<
    K,
    B
  >;
}
