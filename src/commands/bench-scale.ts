// `tx bench scale`: what several machines would bring.
import { formatColumns } from '../report/columns.ts';
import { benchTraining } from '../train/bench.ts';
import { type BenchConfig, buildWorkload } from '../train/bench-workloads.ts';
import { type Reduction, reductions } from '../train/gradients.ts';
import { BYTES, computeScale, type ScaleOptions, type ScaleRow } from '../train/scale.ts';
import { buildTrainingGraph } from '../train/training-graph.ts';
import { UsageError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';

/** The options that are for this alone. */
export const SCALE_OPTIONS = {
  'step-ms': {
    type: 'number',
    describe: 'scale: milliseconds of a batch on one machine, instead of measuring',
  },
  gflops: { type: 'number', describe: 'scale: the same by the speed of its steps, as bench train tells it' },
  batches: { type: 'number', describe: 'scale: batches of each machine in an update [default: 1]' },
  machines: { type: 'string', describe: 'scale: how many [default: 1,2,4,8,16,32,64]' },
  gbits: { type: 'string', describe: 'scale: speeds of the network in Gbit/s [default: 1,10,100]' },
  reduction: {
    choices: reductions,
    describe: 'scale: as which numbers gradients are sent [default: float32]',
  },
  latency: { type: 'number', describe: 'scale: microseconds of a message [default: 50]' },
} as const;

export interface ScaleArguments {
  stepMs?: number | undefined;
  gflops?: number | undefined;
  batches?: number | undefined;
  machines?: string | undefined;
  gbits?: string | undefined;
  reduction?: Reduction | undefined;
  latency?: number | undefined;
}

/** Of machines, batches and gigabits a second: more are a slip of the pen. */
const MOST = 1e6;

/** The rows for a bench config; a step is measured where neither its time nor the machine's speed is given. */
export async function benchScale(
  config: BenchConfig,
  args: ScaleArguments,
  onStep: (done: number, total: number) => void,
): Promise<{ options: ScaleOptions; rows: ScaleRow[] }> {
  const { stepMs, gflops, batches = 1, latency = 50, reduction = 'float32' } = args;
  if (!(Number.isSafeInteger(batches) && batches > 0 && batches <= MOST))
    throw new UsageError(`--batches is a whole number from 1 to ${MOST}; found ${batches}`);
  for (const [name, value] of Object.entries({ 'step-ms': stepMs, gflops }))
    if (value !== undefined && !(value > 0)) throw new UsageError(`--${name} is more than 0; found ${value}`);
  if (!(latency >= 0)) throw new UsageError(`--latency is in microseconds; found ${latency}`);
  const machines = readNumbers('machines', args.machines ?? '1,2,4,8,16,32,64');
  if (!machines.every(Number.isInteger)) throw new UsageError('--machines: expected whole numbers');
  const bandwidths = readNumbers('gbits', args.gbits ?? '1,10,100');
  const { objective, sizes, targetTokens } = buildWorkload(config);
  const graph = buildTrainingGraph(objective);
  const shapes = [...graph.declared.parameters.values()].map(({ shape }) => shape);
  const parameters = shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const byFlops = gflops === undefined ? undefined : graph.flops(sizes) / gflops / 1e6;
  const measure = async () => (await benchTraining(config, { profile: false, onStep })).msPerStep;
  const msPerBatch = stepMs ?? byFlops ?? (await measure());
  const options = {
    parameters,
    msPerBatch,
    tokensPerBatch: targetTokens,
    batches,
    machines,
    bandwidths,
    latency,
    reduction,
  };
  return { options, rows: computeScale(options) };
}

function readNumbers(name: string, text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((x) => x > 0 && Number.isFinite(x) && x <= MOST)) return numbers;
  throw new UsageError(`--${name} ${text}: expected numbers between commas, as in 1,10,100`);
}

/** A line for each number of machines: its batch, and speed-up and efficiency for each bandwidth. */
export function formatScale({ options, rows }: { options: ScaleOptions; rows: readonly ScaleRow[] }): string {
  const { parameters, msPerBatch, tokensPerBatch, bandwidths, reduction } = options;
  const head = ['machines', 'tokens an update', ...bandwidths.map((gbits) => `at ${gbits} Gbit/s`)];
  const cells = rows.map(({ machines, tokensPerUpdate, networks }) => [
    String(machines),
    formatCount(tokensPerUpdate),
    ...networks.map(
      ({ speedup, efficiency, tokensPerSecond }) =>
        `${speedup.toFixed(1)}× (${(100 * efficiency).toFixed(0)}%), ${formatCount(Math.round(tokensPerSecond))} tok/s`,
    ),
  ]);
  const about = `${formatCount(parameters)} parameters, ${((BYTES[reduction] * parameters) / 1e6).toFixed(1)} MB of gradients; \
a batch of ${formatCount(tokensPerBatch)} target tokens takes a machine ${msPerBatch.toFixed(1)} ms`;
  return `${about}\n\n${formatColumns([head, ...cells], new Set([0, 1]))}`;
}
