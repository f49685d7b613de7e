// MPI's library on this machine, bound by koffi: an optional dependency that is loaded here alone. The functions that
// are used, and what their headers call by name. Handles are addresses in Open MPI and integers in MPICH (and in what
// shares its ABI: Intel MPI, MVAPICH, Cray), so the library is asked first which it is.
import type { LibraryHandle } from 'koffi';
import { UserError } from '../../util/errors.ts';
import type { Environment, Launcher } from './launcher.ts';

/** A buffer whose memory stays where it is. */
export type Buffer = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array;

export interface MpiLibrary {
  /** File and version, as in `libmpi.so.40 (Open MPI v4.1.4)`. */
  name: string;
  init(): void;
  finalize(): void;
  rank(): number;
  size(): number;
  /** Each begins an operation and gives the request to test. */
  sum(values: Float32Array | Float64Array): Request;
  broadcast(values: Uint8Array | Float32Array): Request;
  /** Part k of `size` equal ones to rank k, those from all ranks into `received`. */
  exchange(values: Uint16Array, received: Uint16Array): Request;
  /** Of `size` equal parts each rank's own, to all; in place. */
  collect(values: Uint8Array | Uint16Array): Request;
  barrier(): Request;
  /** Whether the operation has ended. Only in here does it get ahead. */
  test(request: Request): boolean;
  /** Sends an empty message to rank 0, which nobody waits for. */
  tell(tag: number): void;
  /** Whether a message with the tag has come from a rank. */
  hasTold(rank: number, tag: number): boolean;
  /** Ends all ranks. */
  abort(code: number): void;
}

/** Memory for a handle of either kind, with the buffers that must live as long. */
export interface Request {
  handle: Uint8Array;
  buffers: readonly Buffer[];
}

const FILES = {
  linux: { 'Open MPI': ['libmpi.so.40'], MPICH: ['libmpich.so.12', 'libmpi.so.12'] },
  darwin: { 'Open MPI': ['libmpi.40.dylib'], MPICH: ['libmpi.12.dylib', 'libmpich.12.dylib'] },
};

/** What the headers of MPI define: handles, and addresses with a meaning. */
interface Abi {
  type: 'intptr' | 'int';
  world: number;
  float: number;
  double: number;
  byte: number;
  sum: number;
  inPlace: number;
  ignoredStatus: number;
}

const MPICH: Abi = {
  type: 'int',
  world: 0x44000000,
  float: 0x4c00040a,
  double: 0x4c00080b,
  byte: 0x4c00010d,
  sum: 0x58000003,
  inPlace: -1,
  ignoredStatus: 1,
};

function openMpi(library: LibraryHandle): Abi {
  const address = (name: string) => Number(library.symbol(name));
  return {
    type: 'intptr',
    world: address('ompi_mpi_comm_world'),
    float: address('ompi_mpi_float'),
    double: address('ompi_mpi_double'),
    byte: address('ompi_mpi_byte'),
    sum: address('ompi_mpi_op_sum'),
    inPlace: 1,
    ignoredStatus: 0,
  };
}

/** Loads the library that the launcher belongs to, or `TX_MPI_LIBRARY`. A UserError where there is none. */
export async function loadMpi({ name, prefers }: Launcher, env: Environment): Promise<MpiLibrary> {
  const koffi = await import('koffi').then(
    (module) => module.default,
    () => {
      throw new UserError(
        `${name} has started several processes, which needs the package koffi: npm install koffi`,
      );
    },
  );
  // UCX, which MPICH and Open MPI may stand on, writes hooks into the code of mmap and brk when MPI starts, while other
  // threads of Node may be in them. Its caches of registered memory do without.
  process.env.UCX_MEM_EVENTS ??= 'n';
  const files = candidates(prefers, env);
  for (const file of files) {
    let library: LibraryHandle;
    try {
      library = koffi.load(file, { global: true });
    } catch {
      continue;
    }
    return bind(file, library);
  }
  throw new UserError(
    `${name} has started several processes, but no MPI library is found (${files.join(', ')}): install Open MPI or \
MPICH (Debian: openmpi-bin or mpich), or set TX_MPI_LIBRARY to the file`,
  );
}

function candidates(prefers: Launcher['prefers'], env: Environment): readonly string[] {
  const { TX_MPI_LIBRARY: given } = env;
  if (given) return [given];
  const files = FILES[process.platform as keyof typeof FILES];
  if (files === undefined) throw new UserError(`training on several ranks: not on ${process.platform}`);
  return prefers === 'MPICH'
    ? [...files.MPICH, ...files['Open MPI']]
    : [...files['Open MPI'], ...files.MPICH];
}

function bind(file: string, library: LibraryHandle): MpiLibrary {
  const version = readVersion(file, library);
  const abi = version.startsWith('Open MPI') ? openMpi(library) : MPICH;
  const { type, world, inPlace, ignoredStatus } = abi;
  const define = (name: string, ...types: string[]) => {
    const call = library.func(name, 'int', types);
    return (...values: unknown[]): void => {
      const code: number = call(...values);
      if (code !== 0) throw new Error(`${file}: ${name} gave ${code}`);
    };
  };
  const reduce = define('MPI_Iallreduce', 'intptr', 'void *', 'int', type, type, type, 'void *');
  const broadcast = define('MPI_Ibcast', 'void *', 'int', type, 'int', type, 'void *');
  const swap = define('MPI_Ialltoall', 'void *', 'int', type, 'void *', 'int', type, type, 'void *');
  const gather = define('MPI_Iallgather', 'intptr', 'int', type, 'void *', 'int', type, type, 'void *');
  const barrier = define('MPI_Ibarrier', type, 'void *');
  const send = define('MPI_Isend', 'void *', 'int', type, 'int', 'int', type, 'void *');
  const probe = define('MPI_Iprobe', 'int', 'int', type, 'void *', 'intptr');
  const test = define('MPI_Test', 'void *', 'void *', 'intptr');
  const init = define('MPI_Init', 'intptr', 'intptr');
  const finalize = define('MPI_Finalize');
  const abort = define('MPI_Abort', type, 'int');
  const answer = new Int32Array(new ArrayBuffer(4));
  const ask = (name: string): number => {
    define(name, type, 'void *')(world, answer);
    return answer[0]!;
  };
  const size = () => ask('MPI_Comm_size');
  const request = (buffers: readonly Buffer[], begin: (handle: Uint8Array) => void): Request => {
    const handle = new Uint8Array(new ArrayBuffer(8));
    begin(handle);
    return { handle, buffers };
  };
  return {
    name: `${file} (${version})`,
    init: () => init(0, 0),
    finalize: () => finalize(),
    rank: () => ask('MPI_Comm_rank'),
    size,
    sum: (values) => {
      const of = values instanceof Float32Array ? abi.float : abi.double;
      return request([values], (to) => reduce(inPlace, values, values.length, of, abi.sum, world, to));
    },
    broadcast: (values) => {
      const of = values instanceof Float32Array ? abi.float : abi.byte;
      return request([values], (to) => broadcast(values, values.length, of, 0, world, to));
    },
    exchange: (values, received) => {
      const bytes = values.byteLength / size();
      const begin = (to: Uint8Array) => swap(values, bytes, abi.byte, received, bytes, abi.byte, world, to);
      return request([values, received], begin);
    },
    collect: (values) => {
      const bytes = values.byteLength / size();
      return request([values], (to) => gather(inPlace, bytes, abi.byte, values, bytes, abi.byte, world, to));
    },
    barrier: () => request([], (to) => barrier(world, to)),
    test: ({ handle }) => {
      test(handle, answer, ignoredStatus);
      return answer[0] !== 0;
    },
    tell: (tag) => void request([answer], (to) => send(answer, 0, abi.byte, 0, tag, world, to)),
    hasTold: (rank, tag) => {
      probe(rank, tag, world, answer, ignoredStatus);
      return answer[0] !== 0;
    },
    abort: (code) => abort(world, code),
  };
}

/** The first line of what the library says of itself, which it may be asked at any time. */
function readVersion(file: string, library: LibraryHandle): string {
  const text = new Uint8Array(new ArrayBuffer(MAX_VERSION));
  const length = new Int32Array(new ArrayBuffer(4));
  library.func('MPI_Get_library_version', 'int', ['void *', 'void *'])(text, length);
  const said = new TextDecoder().decode(text.subarray(0, length[0]!));
  const version = /^(Open MPI v[^,\s]+|MPICH Version:\s*\S+|Intel\(R\) MPI.*|MVAPICH.*|CRAY MPICH.*)/i.exec(
    said,
  )?.[0];
  if (version === undefined) {
    throw new UserError(`${file}: neither Open MPI nor of MPICH's ABI: ${JSON.stringify(said.slice(0, 60))}`);
  }
  return version.replace(/ Version:\s*/, ' ').trim();
}

/** MPI_MAX_LIBRARY_VERSION_STRING of MPICH, which is larger than Open MPI's. */
const MAX_VERSION = 8192;
