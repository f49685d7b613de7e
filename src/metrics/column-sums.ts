// Sums of the statistics of systems over chosen segments, for thousands of choices: whole numbers in WebAssembly SIMD,
// four columns at a time and some ten times as fast as a loop, others in JavaScript.
import { buildKernel, forEachVector, get, I32, load, set, simd, store, V128 } from '../util/wasm.ts';
import type { SegmentStatistics } from './segment-statistics.ts';

export interface ColumnSums {
  /** For the caller to fill with the chosen segments, as many as there are at most. */
  readonly rows: Int32Array;
  /** Writes the column sums of one system over the first `count` rows into `sums`. */
  sum(system: number, count: number, sums: number[]): void;
}

/** Up to here integers are exact in single precision, so that neither precision nor order changes a sum. */
const SINGLE_EXACT = 2 ** 24;
/** The kernel has a local for every four columns, and local numbers are written in one byte. */
const MAX_WIDTH = 400;

/**
 * Prepares systems of one shape. With `single` each addition is rounded to single precision, as it is in numpy for
 * statistics kept so; without it to double precision.
 */
export function buildSums(systems: readonly SegmentStatistics[], single: boolean): ColumnSums {
  return systems.every(isWhole) ? buildWholeSums(systems) : buildRealSums(systems, single);
}

function isWhole({ values, segments, width }: SegmentStatistics): boolean {
  const limit = SINGLE_EXACT / segments;
  return width <= MAX_WIDTH && values.every((value) => Number.isInteger(value) && Math.abs(value) < limit);
}

const VECTOR = 16;
/** i32x4.add */
const ADD = simd(0xae);

function buildWholeSums(systems: readonly SegmentStatistics[]): ColumnSums {
  const { segments = 0, width = 0 } = systems[0] ?? {};
  // The memory: the chosen rows, the sums, and by system a table of rows of whole vectors. A row of zeros follows each
  // table, to fill the chosen rows up to a multiple of four with.
  const vectors = Math.ceil(width / 4);
  const stride = vectors * VECTOR;
  const sumsAt = Math.ceil((segments + 3) / 4) * VECTOR;
  const tablesAt = sumsAt + stride;
  const tableBytes = (segments + 1) * stride;

  // run(table, stride, end): adds up the rows whose numbers lie below the address `end`. Locals begin at 0.
  const [TABLE, STRIDE, END, AT, ROW, FIRST] = [0, 1, 2, 3, 4, 5] as const;
  const each = (of: (vector: number) => number[]) => Array.from({ length: vectors }, (_, v) => of(v)).flat();
  const addRow = (i: number) => [
    // ROW ← TABLE + rows[AT / 4 + i] · STRIDE, with i32.load, i32.mul and i32.add
    ...[...get(TABLE), ...get(AT), 0x28, 2, 4 * i, ...get(STRIDE), 0x6c, 0x6a, ...set(ROW)],
    ...each((v) => [...get(FIRST + v), ...get(ROW), ...load(v * VECTOR), ...ADD, ...set(FIRST + v)]),
  ];
  const { memory, run } = buildKernel({
    parameters: [I32, I32, I32],
    locals: [I32, I32, ...new Array(vectors).fill(V128)],
    body: [
      ...forEachVector(AT, END, [0, 1, 2, 3].flatMap(addRow)),
      ...each((v) => [0x41, 0, ...get(FIRST + v), ...store(sumsAt + v * VECTOR)]),
    ],
    bytes: tablesAt + systems.length * tableBytes,
  });
  systems.forEach(({ values }, s) => {
    const table = new Int32Array(memory, tablesAt + s * tableBytes, tableBytes / 4);
    for (let i = 0; i < values.length; i++)
      table[Math.floor(i / width) * vectors * 4 + (i % width)] = values[i]!;
  });
  const rows = new Int32Array(memory, 0, sumsAt / 4);
  const totals = new Int32Array(memory, sumsAt, vectors * 4);
  return {
    rows: rows.subarray(0, segments),
    sum(system, count, sums) {
      const end = Math.ceil(count / 4) * 4;
      rows.fill(segments, count, end);
      if (count > 0) run(tablesAt + system * tableBytes, stride, end * 4);
      else totals.fill(0);
      for (let k = 0; k < width; k++) sums[k] = totals[k]!;
    },
  };
}

function buildRealSums(systems: readonly SegmentStatistics[], single: boolean): ColumnSums {
  const { segments = 0, width = 0 } = systems[0] ?? {};
  const rows = new Int32Array(segments);
  const sumColumn = single ? sumSingles : sumDoubles;
  const columns = systems.map(({ values }) =>
    Array.from({ length: width }, (_, k) =>
      Float64Array.from({ length: segments }, (_, i) => values[i * width + k]!),
    ),
  );
  return {
    rows,
    sum(system, count, sums) {
      for (let k = 0; k < width; k++) sums[k] = sumColumn(columns[system]![k]!, rows, count);
    },
  };
}

function sumSingles(column: Float64Array, rows: Int32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = Math.fround(sum + Math.fround(column[rows[i]!]!));
  return sum;
}

function sumDoubles(column: Float64Array, rows: Int32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += column[rows[i]!]!;
  return sum;
}
