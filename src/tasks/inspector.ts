// What is seen inside the model of any run, or of a checkpoint of transformers, while it reads one input.
import { exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import type { Inspection } from '../inspect/inspection.ts';
import { chooseTaps, readAttention, readHidden, type Wanted } from '../inspect/taps.ts';
import { Scope } from '../nn/scope.ts';
import { Session } from '../runtime/session.ts';
import { requireMemory } from '../util/memory.ts';
import type { InspectedModel, InspectInput, InspectorSettings } from './inspected/model.ts';
import { openInspected } from './inspected/open.ts';

export class Inspector {
  readonly #model: InspectedModel;
  readonly #session: Session;
  readonly #peakBytes: (sizes: Record<string, number>) => number;
  readonly #wanted: Wanted;

  private constructor(
    model: InspectedModel,
    session: Session,
    peakBytes: (sizes: Record<string, number>) => number,
    wanted: Wanted,
  ) {
    this.#model = model;
    this.#session = session;
    this.#peakBytes = peakBytes;
    this.#wanted = wanted;
  }

  /** Loads a run, or a checkpoint of transformers; a UserError where its files are damaged or do not belong together. */
  static load(path: string, settings: InspectorSettings): Promise<Inspector> {
    return Inspector.over(openInspected(path, settings), settings);
  }

  /** Of a model that is open. */
  static async over(
    model: InspectedModel,
    settings: Pick<InspectorSettings, 'parts' | 'hidden' | 'threads'>,
  ): Promise<Inspector> {
    const scope = new Scope(new Graph(), { training: false });
    model.build(scope);
    const outputs = chooseTaps(scope.declared, settings);
    const graph = exportModel(scope.graph, { outputs, weights: model.weights.tensors });
    model.weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    return new Inspector(model, session, graph.peakBytes, settings);
  }

  /** What the model is, in a few words: `translation`, `lm`. */
  get kind(): string {
    return this.#model.kind;
  }

  /** Which of the training's parameters these are. */
  get weights(): string {
    return this.#model.weights.name;
  }

  /** Runs the model over one input. A UserError where it does not fit the model. */
  async inspect(input: InspectInput): Promise<Inspection> {
    const { tensors } = this.#model.weights;
    const { feeds, sizes, sequences } = await this.#model.read(input);
    requireMemory(this.#peakBytes(sizes), 'looking inside', 'give a shorter text');
    const found = await this.#session.run(feeds);
    const outputOf = (path: string) => tensors.get(`${path}.o.weight`)!.data as Float32Array;
    return {
      sequences,
      attention: readAttention(found, outputOf, this.#wanted),
      hidden: readHidden(found, sequences.encoder === undefined ? 'decoder' : 'encoder'),
      dModel: this.#model.dModel,
    };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
