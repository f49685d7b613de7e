// Saliency by the toolkit's own differentiation: gradients of what a model tells with respect to its embeddings.
import { backward } from '../../autograd/backward.ts';
import { exportModel } from '../../graph/export.ts';
import { Graph, type Value } from '../../graph/graph.ts';
import { reduceSum } from '../../graph/ops/reduce.ts';
import type { StackName, Token } from '../../inspect/inspection.ts';
import { missing, type Saliency } from '../../inspect/saliency.ts';
import { rowProducts } from '../../inspect/vectors.ts';
import { Scope } from '../../nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../runtime/session.ts';
import { requireMemory } from '../../util/memory.ts';
import { findLikeliest } from './likeliest.ts';
import { type InspectedModel, type InspectInput, type ReadInput, repeated } from './model.ts';
import { chooseSpan } from './saliency-span.ts';
import { chooseTarget, type SaliencyRequest, type SaliencyTarget } from './saliency-target.ts';

const EMBEDDING = /^(embed|src|tgt)\.hidden$/;
/** The input that each is the embedding of, and its stack; of a model alone it has its only one. */
const SIDES: Record<string, { ids: string; stack?: StackName }> = {
  embed: { ids: 'ids' },
  src: { ids: 'src', stack: 'encoder' },
  tgt: { ids: 'tgt', stack: 'decoder' },
};

/** Steps are doubled until so much of the difference is missing, or there are so many. */
const ENOUGH = 0.005;
const STEPS = { first: 16, most: 1024 };
/** Tokens of a batch. */
const BATCH_TOKENS = 2048;

/** A UsageError, a UserError, where the model does not tell what is asked. */
export async function findSaliency(
  path: string,
  model: InspectedModel,
  input: InspectInput,
  request: SaliencyRequest,
  threads: number,
): Promise<Saliency> {
  const read = await model.read(input);
  const { spanning } = model;
  const chosen =
    spanning === undefined ? chooseTarget(path, model, read, request) : chooseSpan(spanning, read, request);
  const target =
    'from' in chosen ? chosen.target(await findLikeliest(model.weights, chosen, threads)) : chosen;
  const gradients = await Gradients.open(model, read, target, threads);
  try {
    return await integrate(gradients, model, read, target);
  } finally {
    await gradients.release();
  }
}

/** One array for each side: embeddings, or gradients with respect to them, [T, D]. */
type Sides = Float32Array[];

/** F and its gradients at any embeddings. */
class Gradients {
  readonly names: string[];
  readonly #session: Session;
  readonly #peakBytes: (sizes: Record<string, number>) => number;
  readonly #read: ReadInput;
  readonly #target: SaliencyTarget;

  private constructor(
    names: string[],
    session: Session,
    peakBytes: (sizes: Record<string, number>) => number,
    read: ReadInput,
    target: SaliencyTarget,
  ) {
    this.names = names;
    this.#session = session;
    this.#peakBytes = peakBytes;
    this.#read = read;
    this.#target = target;
  }

  static async open(
    model: InspectedModel,
    read: ReadInput,
    target: SaliencyTarget,
    threads: number,
  ): Promise<Gradients> {
    const [own, fed] = [new Map<string, Value>(), new Map<string, Value>()];
    const scope = new Scope(new Graph(), {
      training: false,
      edit: (path, value) => {
        const [, name] = EMBEDDING.exec(path) ?? [];
        if (name === undefined) return value;
        own.set(name, value);
        fed.set(name, scope.graph.input(`given/${name}`, 'float32', value.shape));
        return fed.get(name)!;
      },
    });
    const value = target.build(scope);
    const names = [...fed.keys()];
    const gradients = backward(reduceSum(value, [0], false), [...fed.values()]);
    const outputs = {
      value,
      ...Object.fromEntries(names.map((name, i) => [`gradient/${name}`, gradients[i]!])),
      ...Object.fromEntries(names.map((name) => [`own/${name}`, own.get(name)!])),
    };
    const graph = exportModel(scope.graph, { outputs, weights: model.weights.tensors });
    model.weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads });
    return new Gradients(names, session, graph.peakBytes, read, target);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** The embeddings of ids. */
  async embed(feeds: Feeds, like: Sides): Promise<Sides> {
    const found = await this.#run(feeds, [like]);
    return this.names.map((name) => (found[`own/${name}`]!.data as Float32Array).slice());
  }

  /** F and the gradients at each of several inputs. */
  async at(given: readonly Sides[]): Promise<{ value: number; gradients: Sides }[]> {
    const found = await this.#run(this.#target.feeds, given);
    return given.map((sides, b) => ({
      value: found.value!.data[b] as number,
      gradients: this.names.map((name, i) => {
        const size = sides[i]!.length;
        return (found[`gradient/${name}`]!.data as Float32Array).slice(b * size, (b + 1) * size);
      }),
    }));
  }

  #run(feeds: Feeds, given: readonly Sides[]): Promise<Record<string, Tensor>> {
    const rows = given.length;
    requireMemory(
      this.#peakBytes({ M: rows, ...this.#read.sizes, B: rows }),
      'finding gradients',
      'give a shorter text',
    );
    const vectors = this.names.map((name, i) => {
      const size = given[0]![i]!.length;
      const all = new Float32Array(rows * size);
      for (const [b, sides] of given.entries()) all.set(sides[i]!, b * size);
      const length = this.#read.feeds[SIDES[name]!.ids]!.data.length;
      return [`given/${name}`, new Tensor('float32', all, [rows * length, size / length])] as const;
    });
    return this.#session.run({
      ...repeated(feeds, rows),
      ...this.#target.beside(rows),
      ...Object.fromEntries(vectors),
    });
  }
}

/** One side of what is read: the name of its ids, and its tokens. */
interface Side {
  ids: string;
  stack: StackName;
  tokens: Token[];
}

async function integrate(
  gradients: Gradients,
  { dModel, tokenizers }: InspectedModel,
  { sequences }: ReadInput,
  { of, what, feeds, blank = {} }: SaliencyTarget,
): Promise<Saliency> {
  const alone = Object.keys(sequences)[0] as StackName;
  const sides = gradients.names.map((name): Side => {
    const { ids, stack = alone } = SIDES[name]!;
    return { ids, stack, tokens: sequences[stack]!.tokens };
  });
  const zeros = sides.map(({ tokens }) => new Float32Array(tokens.length * dModel));
  const blanks = sides.map(({ stack }) => blankOf(tokenizers[stack]!));
  const here = await gradients.embed(feeds, zeros);
  const there = await gradients.embed({ ...blanked(feeds, sides, blanks), ...blank }, zeros);
  const [end, start] = await gradients.at([here, there]);
  const span = here.map((x, i) => x.map((value, u) => value - there[i]![u]!));
  const length = Math.max(...sides.map(({ tokens }) => tokens.length));
  const rows = Math.max(1, Math.floor(BATCH_TOKENS / length));
  const products = (a: Sides, b: Sides) => a.map((x, i) => rowProducts(x, b[i]!, dModel));
  const gradient = products(here, end!.gradients);
  for (let steps = STEPS.first; ; steps *= 2) {
    const integrated = products(span, await meanGradients(gradients, there, span, { steps, rows }));
    const found: Saliency = {
      of,
      what,
      value: end!.value,
      baseline: start!.value,
      blank: tokenizers[sides[0]!.stack]!.idToPiece(blanks[0]!) ?? '',
      steps,
      sides: sides.map(({ stack, tokens }, i) => ({
        stack,
        tokens,
        gradient: gradient[i]!,
        integrated: integrated[i]!,
      })),
    };
    if (missing(found) <= ENOUGH || steps >= STEPS.most) return found;
  }
}

/** The same ids with a side's blank for each token that is text. */
function blanked(feeds: Feeds, sides: readonly Side[], blanks: readonly number[]): Feeds {
  const changed = sides.map(({ ids, tokens }, i) => {
    const data = Int32Array.from(feeds[ids]!.data as Int32Array, (id, at) =>
      tokens[at]!.special ? id : blanks[i]!,
    );
    return [ids, new Tensor('int32', data, [1, data.length])] as const;
  });
  return { ...feeds, ...Object.fromEntries(changed) };
}

/** The mean of the gradients between two inputs, by the midpoint rule; so many rows at a time. */
async function meanGradients(
  gradients: Gradients,
  start: Sides,
  span: Sides,
  { steps, rows }: { steps: number; rows: number },
): Promise<Sides> {
  const between = (alpha: number): Sides =>
    start.map((x, i) => x.map((value, u) => value + alpha * span[i]![u]!));
  const mean = span.map(({ length }) => new Float32Array(length));
  for (let from = 0; from < steps; from += rows) {
    const count = Math.min(rows, steps - from);
    const points = Array.from({ length: count }, (_, k) => between((from + k + 0.5) / steps));
    for (const { gradients: found } of await gradients.at(points)) {
      for (const [i, g] of found.entries()) for (let u = 0; u < g.length; u++) mean[i]![u]! += g[u]! / steps;
    }
  }
  return mean;
}

/** A piece that says nothing of the text: what hides words, the unknown, the padding. */
const blankOf = ({ special }: { special: Readonly<Record<string, number | undefined>> }): number =>
  special.mask ?? special.unk ?? special.pad ?? 0;
