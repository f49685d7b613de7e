// How likely the tokens of a text are to a model, with values inside of it changed.
import { type ExportedModel, exportModel } from '../../graph/export.ts';
import { Graph, type Value } from '../../graph/graph.ts';
import { type Edit, Scope } from '../../nn/scope.ts';
import { type Feeds, Session, type Tensor } from '../../runtime/session.ts';
import { requireMemory } from '../../util/memory.ts';
import type { InspectedModel, ReadInput, Telling, ToldToken } from './model.ts';
import { requireTelling, tellTokens, vectorOf } from './told.ts';

/** Of an encoder that tells hidden words, every so many are hidden, from this one on. */
const HIDDEN = { each: 7, first: 3 };

export interface ScoredText {
  /** −Σ log p of tokens, in nats, and how many there are. */
  nll: number;
  count: number;
  found: Readonly<Record<string, Tensor>>;
}

export interface ScorerOptions {
  threads: number;
  /** What stands in for values inside of the model. */
  edit: (scope: () => Scope) => Edit;
  /** Asked for beside, given −log p of the tokens [M]. */
  outputs?: (scope: Scope, logProbs: Value) => Record<string, Value>;
}

export class Scorer {
  readonly #telling: Telling;
  readonly #session: Session;
  readonly #graph: ExportedModel;

  private constructor(telling: Telling, session: Session, graph: ExportedModel) {
    this.#telling = telling;
    this.#session = session;
    this.#graph = graph;
  }

  /** A UserError where the model tells no tokens. */
  static async open(path: string, model: InspectedModel, options: ScorerOptions): Promise<Scorer> {
    const telling = requireTelling(path, model);
    const scope: Scope = new Scope(new Graph(), { training: false, edit: options.edit(() => scope) });
    const { own } = tellTokens(scope, telling, model.build(scope));
    const outputs = { own, ...options.outputs?.(scope, own) };
    const graph = exportModel(scope.graph, { outputs, weights: model.weights.tensors });
    model.weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: options.threads });
    return new Scorer(telling, session, graph);
  }

  /** Of one text, with what the edits take; `outputs` are those to compute beside. */
  async score(read: ReadInput, beside: Feeds, outputs: readonly string[] = []): Promise<ScoredText> {
    const { hide } = this.#telling;
    const chosen = hide === undefined ? read.told : everySome(read.told);
    if (chosen.length === 0) return { nll: 0, count: 0, found: {} };
    const places = chosen.map(({ place }) => place);
    requireMemory(
      this.#graph.peakBytes({ ...read.sizes, M: chosen.length }),
      'scoring a text',
      'give shorter texts',
    );
    const found = await this.#session.run(
      {
        ...(hide === undefined ? read.feeds : hide(read.feeds, places)),
        places: vectorOf(places),
        labels: vectorOf(chosen.map(({ id }) => id)),
        ...beside,
      },
      ['own', ...outputs],
    );
    const logProbs = found.own!.data as Float32Array;
    return { nll: -logProbs.reduce((sum, x) => sum + x, 0), count: chosen.length, found };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function everySome(told: readonly ToldToken[]): readonly ToldToken[] {
  const chosen = told.filter((_, i) => i % HIDDEN.each === HIDDEN.first);
  return chosen.length > 0 ? chosen : told.slice(0, 1);
}
