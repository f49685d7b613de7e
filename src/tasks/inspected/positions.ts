// What a model knows of places: the vectors that tell them, and what it loses without them.
import { exportModel } from '../../graph/export.ts';
import { Graph, type Value } from '../../graph/graph.ts';
import { add, cast, mul } from '../../graph/ops/elementwise.ts';
import { gather } from '../../graph/ops/indexing.ts';
import type { StackName } from '../../inspect/inspection.ts';
import type { PositionKind, PositionLoss, PositionVectors } from '../../inspect/positions.ts';
import { type Edit, Scope } from '../../nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../runtime/session.ts';
import { Rng } from '../../util/rng.ts';
import type { InspectedModel, InspectInput, ReadInput } from './model.ts';
import { rowOf } from './model.ts';
import { Scorer } from './scorer.ts';

/** What is added to embeddings, and, where positions are rotary, the places that queries and keys are turned by. */
const ADDED = /^(positions|srcPos|tgtPos)\.vectors$/;
const TURNED = /^(encoder|decoder)\.places$/;
/** The places of either. */
const PLACES = /^(positions|srcPos|tgtPos|encoder|decoder)\.places$/;
/** Places further on, where the model has so many. */
const SHIFT = 16;
const stackOf: Record<string, StackName> = { srcPos: 'encoder', tgtPos: 'decoder' };

/** Vectors of the first places of each stack; of a model that has none, nothing. */
export async function findPositions(
  model: InspectedModel,
  length: number,
  threads: number,
): Promise<PositionVectors[]> {
  const scope = new Scope(new Graph(), { training: false });
  model.build(scope);
  const { taps } = scope.declared;
  const alone = Object.keys(model.tokenizers)[0] as StackName;
  const turned = [...taps.keys()].flatMap((path) => TURNED.exec(path)?.[1] ?? []) as StackName[];
  if (turned.length > 0) {
    const [, queries] = [...taps].find(([path]) => path.endsWith('.selfAttn.queries'))!;
    const width = queries.shape[3] as number;
    return turned.map((stack) => ({ stack, kind: 'rotary', width, vectors: turnedVectors(length, width) }));
  }
  const added = [...taps].filter(([path]) => ADDED.test(path));
  if (added.length === 0) return [];
  const graph = exportModel(scope.graph, {
    outputs: Object.fromEntries(added),
    weights: model.weights.tensors,
  });
  model.weights.check(graph.parameters);
  const session = await Session.create(graph.model, { threads });
  try {
    const ids = rowOf(new Int32Array(length));
    const found = await session.run({ ids, src: ids, tgt: ids });
    return added.map(([path]) => {
      const name = ADDED.exec(path)![1]!;
      const kind: PositionKind = model.weights.tensors.has(`${name}.weight`) ? 'learned' : 'sinusoidal';
      const vectors = found[path]!.data as Float32Array;
      return { stack: stackOf[name] ?? alone, kind, width: vectors.length / length, vectors };
    });
  } finally {
    await session.release();
  }
}

/** (cos, sin) of all angles of a place: the cosine of two such vectors is Σ cos((i − j) θₖ) / (K/2). */
function turnedVectors(length: number, width: number): Float32Array {
  const half = width / 2;
  return Float32Array.from({ length: length * width }, (_, at) => {
    const [place, unit] = [Math.floor(at / width), at % width];
    const angle = place * 10000 ** (-(unit % half) / half);
    return unit < half ? Math.cos(angle) : Math.sin(angle);
  });
}

const orderName = (path: string): string => `order/${path}`;
const keepName = (path: string): string => `keep/${path}`;
const shiftName = (path: string): string => `shift/${path}`;

/** Places in the order that is fed, so many further on, and told, or not told, at all. */
const moved =
  (scope: () => Scope): Edit =>
  (path: string, value: Value) => {
    const isShifted = PLACES.test(path);
    if (!ADDED.test(path) && !isShifted) return value;
    const { graph } = scope();
    const shift = () => graph.input(shiftName(path), 'int64', []);
    if (!ADDED.test(path) && !TURNED.test(path)) return add(value, shift());
    const order = graph.input(orderName(path), 'int64', [value.shape[0]!]);
    const keep = graph.input(keepName(path), 'float32', []);
    const chosen = gather(value, order);
    const kept = mul(chosen, value.dtype === 'int64' ? cast(keep, 'int64') : keep);
    return isShifted ? add(kept, shift()) : kept;
  };

/** Of texts; a UserError where the model tells no tokens. */
export async function losePositions(
  path: string,
  model: InspectedModel,
  inputs: readonly InspectInput[],
  { threads, onProgress }: { threads: number; onProgress: (done: number) => void },
): Promise<PositionLoss> {
  const scope = new Scope(new Graph(), { training: false });
  model.build(scope);
  const names = [...scope.declared.taps.keys()];
  const paths = names.filter((name) => ADDED.test(name) || TURNED.test(name));
  const shifted = names.filter((name) => PLACES.test(name));
  const scorer = await Scorer.open(path, model, { threads, edit: moved });
  const rng = Rng.fromSeed(0).split('orders');
  const sums = { kept: 0, shifted: 0, shuffled: 0, removed: 0, count: 0 };
  try {
    for (const [i, input] of inputs.entries()) {
      const read = await model.read(input);
      const longest = Math.max(...Object.values(read.sequences).map(({ tokens }) => tokens.length));
      const feeds = (isShuffled: boolean, keep: number, shift = 0): Feeds =>
        Object.fromEntries([
          ...paths.flatMap((name) => [
            [orderName(name), orderOf(lengthOf(read, name), isShuffled ? rng : undefined)] as const,
            [keepName(name), new Tensor('float32', Float32Array.of(keep), [])] as const,
          ]),
          ...shifted.map(
            (name) => [shiftName(name), new Tensor('int64', BigInt64Array.of(BigInt(shift)), [])] as const,
          ),
        ]);
      const kept = await scorer.score(read, feeds(false, 1));
      const shift = Math.min(SHIFT, model.maxLength - longest);
      sums.shifted += (await scorer.score(read, feeds(false, 1, shift))).nll;
      sums.kept += kept.nll;
      sums.count += kept.count;
      sums.shuffled += (await scorer.score(read, feeds(true, 1))).nll;
      sums.removed += (await scorer.score(read, feeds(false, 0))).nll;
      onProgress(i + 1);
    }
  } finally {
    await scorer.release();
  }
  const { count } = sums;
  const mean = (sum: number) => sum / count;
  return {
    tokens: count,
    kept: mean(sums.kept),
    shifted: mean(sums.shifted),
    shuffled: mean(sums.shuffled),
    removed: mean(sums.removed),
  };
}

function lengthOf({ sequences }: ReadInput, path: string): number {
  const name = path.split('.')[0]!;
  const stack = (stackOf[name] ?? name) as StackName;
  return (sequences[stack] ?? Object.values(sequences)[0]!).tokens.length;
}

function orderOf(length: number, rng: Rng | undefined): Tensor {
  const order = Array.from({ length }, (_, i) => i);
  if (rng !== undefined) rng.shuffle(order);
  return new Tensor('int64', BigInt64Array.from(order, BigInt), [length]);
}
