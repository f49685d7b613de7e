// Every operator's value and gradient, from the table in operator-cases.ts.
// The loss is Σ y² over the outputs, so each gradient differs from place to place.
import { describe, expect, test } from 'vitest';
import { backward } from '../../src/autograd/backward.ts';
import { vjp } from '../../src/autograd/vjp.ts';
import type { Dim } from '../../src/graph/dim.ts';
import { Graph, type Node, type Value } from '../../src/graph/graph.ts';
import { add, cast, mul } from '../../src/graph/ops/elementwise.ts';
import { rules } from '../../src/graph/ops/index.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { type DType, isFloat } from '../../src/tensor/tensor.ts';
import { Rng } from '../../src/util/rng.ts';
import { createSession, runSession, toTensor } from '../graph/evaluate.ts';
import type { NdArray } from './nd-array.ts';
import {
  cases,
  type InputSpec,
  type OperatorCase,
  refused,
  sizes,
  withoutGradient,
} from './operator-cases.ts';

/** Steps and tolerances: central differences err by step² and by precision / step. */
const precisions = {
  float64: { step: 1e-5, value: 1e-12, gradient: 1e-6 },
  float32: { step: 1e-2, value: 1e-5, gradient: 3e-3 },
};

interface Built {
  graph: Graph;
  inputs: Value[];
  outputs: Value[];
  loss: Value;
  precision: 'float64' | 'float32';
}

function build(row: OperatorCase): Built {
  const graph = new Graph();
  const precision = row.dtype ?? 'float64';
  const inputs = row.inputs.map(({ shape, dtype }, i) =>
    graph.input(`x${i}`, dtype === 'float' ? precision : dtype, shape),
  );
  const outputs = [row.build(...inputs)].flat();
  const terms = outputs.map((y) => {
    const float = cast(y, precision);
    return reduceSum(mul(float, float), [...y.shape.keys()], false);
  });
  return { graph, inputs, outputs, loss: terms.reduce((a, b) => add(a, b)), precision };
}

const parameterFeeds = (graph: Graph) =>
  Object.fromEntries(
    [...graph.parameters.values()].map(({ name, shape }) => {
      const dims = shape as number[];
      const data = new Array<number>(dims.reduce((a, b) => a * b, 1)).fill(1);
      return [name!, toTensor({ dims, data }, 'float32')];
    }),
  );

function draw(
  { shape, dtype, low, high, data }: InputSpec,
  named: Readonly<Record<string, number>>,
  rng: Rng,
): NdArray {
  const dims = shape.map((dim: Dim) => (typeof dim === 'number' ? dim : named[dim]!));
  const count = dims.reduce((a, b) => a * b, 1);
  const next = () => (dtype === 'float' ? low + (high - low) * rng.float() : low + rng.int(high - low));
  return { dims, data: data ?? Array.from({ length: count }, next) };
}

const dtypeOf = ({ dtype }: InputSpec, precision: DType): DType => (dtype === 'float' ? precision : dtype);
const isNamed = (row: OperatorCase) =>
  row.inputs.some(({ shape }) => shape.some((dim) => typeof dim === 'string'));

function expectClose(actual: NdArray, expected: NdArray, tolerance: number): void {
  expect(actual.dims).toEqual(expected.dims);
  const scale = Math.max(1, ...expected.data.map(Math.abs));
  const differences = actual.data.map((x, i) => Math.abs(x - expected.data[i]!));
  const worst = differences.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), 0);
  expect(worst, `${actual.data} against ${expected.data}`).toBeLessThanOrEqual(tolerance * scale);
}

describe('every operator', () => {
  test('has a case', () => {
    const covered = new Set(cases.map((row) => row.op));
    expect(Object.keys(rules).filter((op) => !covered.has(op as OperatorCase['op']))).toEqual([]);
  });

  test('is listed where it has no gradient', () => {
    const marked = (mark: string) => Object.entries(vjp).flatMap(([op, rule]) => (rule === mark ? [op] : []));
    expect(marked('zero').sort()).toEqual([...withoutGradient].sort());
    expect(marked('refuse').sort()).toEqual([...refused].sort());
    expect(Object.keys(vjp).sort()).toEqual(Object.keys(rules).sort());
  });

  test.each(cases.filter((row) => row.op !== 'composite'))('$name emits $op', (row) => {
    const { outputs } = build(row);
    const found = new Set<string>();
    const stack: (Node | undefined)[] = outputs.flatMap((y) => [y.node, y.composite]);
    for (let node = stack.pop(); stack.length > 0 || node !== undefined; node = stack.pop()) {
      if (node === undefined) continue;
      found.add(node.type);
      for (const input of node.inputs) stack.push(input?.node, input?.composite);
    }
    expect(found).toContain(row.op);
  });
});

describe('values and gradients', () => {
  test.each(cases.filter((row) => !refused.includes(row.op as never)))('$name', async (row) => {
    const { graph, inputs, outputs, loss, precision } = build(row);
    const floats = inputs.filter((input) => isFloat(input.dtype));
    const gradients = backward(loss, floats);
    const named = { loss, ...nameAll('y', outputs), ...nameAll('dx', gradients) };
    gradients.forEach((gradient, i) => {
      expect(gradient.shape).toEqual(floats[i]!.shape);
    });
    const session = await createSession(graph, named);
    const parameters = parameterFeeds(graph);
    try {
      for (const size of isNamed(row) ? sizes : [{}]) {
        const values = row.inputs.map((spec, i) => draw(spec, size, Rng.fromSeed(1).split(i)));
        const run = async (arrays: NdArray[]) => {
          const feeds = arrays.map((array, i) => [
            `x${i}`,
            toTensor(array, dtypeOf(row.inputs[i]!, precision)),
          ]);
          return runSession(session, { ...parameters, ...Object.fromEntries(feeds) });
        };
        const result = await run(values);
        if (row.expected !== undefined) {
          [row.expected(...values)].flat().forEach((expected, i) => {
            expectClose(result[`y${i}`]!, expected, precisions[precision].value);
          });
        }
        const { step, gradient: tolerance } = precisions[precision];
        for (const [i, input] of floats.entries()) {
          const at = inputs.indexOf(input);
          const numeric = row.gradients?.[i] ?? (await differences(run, values, at, step));
          expectClose(result[`dx${i}`]!, { dims: values[at]!.dims, data: numeric }, tolerance);
        }
      }
    } finally {
      await session.release();
    }
  });

  test.each(cases.filter((row) => withoutGradient.includes(row.op as never)))(
    '$name: gradient zero',
    async (row) => {
      const { loss, inputs } = build(row);
      for (const gradient of backward(
        loss,
        inputs.filter((input) => isFloat(input.dtype)),
      )) {
        expect(gradient.node?.type).toBe('ConstantOfShape');
      }
    },
  );

  test.each(cases.filter((row) => refused.includes(row.op as never)))(
    '$name: value, and no gradient',
    async (row) => {
      const { graph, inputs, outputs, loss } = build(row);
      const x = draw(row.inputs[0]!, {}, Rng.fromSeed(1));
      const session = await createSession(graph, nameAll('y', outputs));
      const result = await runSession(session, { x0: toTensor(x, 'float64') });
      await session.release();
      expectClose(result.y0!, [row.expected!(x)].flat()[0]!, 1e-12);
      expect(() => backward(loss, inputs)).toThrow(`${row.op} cannot be differentiated`);
    },
  );
});

const nameAll = (prefix: string, values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));

/** Central differences of the loss by each entry of input `at`. */
async function differences(
  run: (values: NdArray[]) => Promise<Record<string, NdArray>>,
  values: NdArray[],
  at: number,
  step: number,
): Promise<number[]> {
  const result: number[] = [];
  for (let i = 0; i < values[at]!.data.length; i++) {
    const moved = async (by: number) => {
      const data = values[at]!.data.map((x, j) => (j === i ? x + by : x));
      return (await run(values.with(at, { ...values[at]!, data }))).loss!.data[0]!;
    };
    result.push(((await moved(step)) - (await moved(-step))) / (2 * step));
  }
  return result;
}
