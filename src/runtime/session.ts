// The only door to onnxruntime: sessions over ONNX models, run synchronously on native kernels.
import './no-telemetry.ts';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelProto } from '../onnx/schema.ts';
import { encodeModel } from '../onnx/schema.ts';

export { Tensor };

export type Feeds = Record<string, Tensor>;

/** The value of a graph's input; an Error where there is none. */
export function feedOf(feeds: Readonly<Feeds>, name: string): Tensor {
  const tensor = feeds[name];
  if (tensor === undefined) throw new Error(`no value for the graph's input ${name}`);
  return tensor;
}

/** What runs a graph. */
export interface Runner {
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** A transposition in a graph is there because a product of rows is faster than one of columns. */
export const DISABLED_OPTIMIZERS = 'GemmTransposeFusion';

export interface SessionOptions {
  /** Threads inside an operator; 0 leaves the choice to onnxruntime (one a core). */
  threads?: number;
  /** Writes onnxruntime's own profile to files with this prefix. */
  profilePrefix?: string;
}

export class Session implements Runner {
  readonly #session: InferenceSession;
  readonly inputs: ReadonlySet<string>;

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.inputs = new Set(session.inputNames);
  }

  /** Loads a model, its bytes, or a file. */
  static async create(
    model: ModelProto | Uint8Array | string,
    options: SessionOptions = {},
  ): Promise<Session> {
    const { threads = 0, profilePrefix } = options;
    env.logLevel = 'error';
    const settings: InferenceSession.SessionOptions = {
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Planning memory by pattern doubles the peak at base size and brings no speed.
      enableMemPattern: false,
      extra: { optimization: { disable_specified_optimizers: DISABLED_OPTIMIZERS } },
      ...(profilePrefix !== undefined && { enableProfiling: true, profileFilePrefix: profilePrefix }),
    };
    if (typeof model === 'string') return new Session(await InferenceSession.create(model, settings));
    const bytes = model instanceof Uint8Array ? model : encodeModel(model);
    return new Session(await InferenceSession.create(bytes, settings));
  }

  /** Runs the graph; feeds that it does not know are left out. The event loop stands still meanwhile. */
  async run(feeds: Feeds, outputs?: readonly string[]): Promise<Record<string, Tensor>> {
    const known: Feeds = {};
    for (const name of this.inputs) known[name] = feedOf(feeds, name);
    const result = outputs === undefined ? this.#session.run(known) : this.#session.run(known, outputs);
    return (await result) as Record<string, Tensor>;
  }

  endProfiling(): void {
    this.#session.endProfiling();
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
