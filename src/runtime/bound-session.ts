// Sessions whose outputs are bound to arrays of their own: each run writes them anew. The package's binding copies every
// output out of the runtime's memory into a new array, which for the gradients of a step is as much as the parameters.
import { setImmediate } from 'node:timers/promises';
import type { ModelProto } from '../onnx/schema.ts';
import { encodeModel } from '../onnx/schema.ts';
import { type DType, onnxTypeCode, type TypedArray } from '../tensor/tensor.ts';
import { type Handle, LOG_ERRORS, loadOrtApi, type OrtApi } from './ort-api.ts';
import {
  DISABLED_OPTIMIZERS,
  type Feeds,
  feedOf,
  type Runner,
  Session,
  type SessionOptions,
  Tensor,
} from './session.ts';

const ALL_OPTIMIZATIONS = 99;

/**
 * Loads a model. If all outputs are float32 of fixed shapes and onnxruntime's C API is at hand (ort-api.ts), the tensors
 * that a run gives are the same ones every time, and hold its values until the next run; the numbers are the same.
 */
export async function openBound(model: ModelProto, { threads = 0 }: SessionOptions): Promise<Runner> {
  const outputs = fixedOutputs(model);
  const api = outputs && (await loadOrtApi());
  return api ? new BoundSession(api, model, outputs, threads) : Session.create(model, { threads });
}

/** A tensor that a session reads or writes, and onnxruntime's object over the same memory. */
interface Bound {
  readonly tensor: Tensor;
  readonly value: Handle;
}

class BoundSession implements Runner {
  readonly #api: OrtApi;
  readonly #session: Handle;
  readonly #binding: Handle;
  readonly #inputs: readonly string[];
  readonly #bound = new Map<string, Bound>();
  readonly #outputs: Readonly<Feeds>;

  constructor(api: OrtApi, model: ModelProto, outputs: Readonly<Feeds>, threads: number) {
    this.#api = api;
    this.#session = openSession(api, encodeModel(model), threads);
    this.#binding = api.create('CreateIoBinding', this.#session);
    this.#inputs = model.graph.input.map(({ name }) => name);
    this.#outputs = outputs;
    for (const [name, tensor] of Object.entries(outputs)) this.#bind('BindOutput', name, tensor);
  }

  async run(feeds: Feeds): Promise<Record<string, Tensor>> {
    // The event loop stands still in the call: between two it has a turn, so that signals come through.
    await setImmediate();
    for (const name of this.#inputs) {
      const tensor = feedOf(feeds, name);
      if (this.#bound.get(name)?.tensor !== tensor) this.#bind('BindInput', name, tensor);
    }
    this.#api.call('RunWithBinding', this.#session, 0, this.#binding);
    return this.#outputs;
  }

  async release(): Promise<void> {
    this.#api.release('IoBinding', this.#binding);
    for (const { value } of this.#bound.values()) this.#api.release('Value', value);
    this.#bound.clear();
    this.#api.release('Session', this.#session);
  }

  #bind(place: 'BindInput' | 'BindOutput', name: string, tensor: Tensor): void {
    const api = this.#api;
    const data = tensor.data as TypedArray;
    const dims = BigInt64Array.from(tensor.dims, BigInt);
    // The memory of short arrays moves unless it has been asked for.
    void [data.buffer, dims.buffer];
    const type = onnxTypeCode[tensor.type as DType];
    const value = api.create(
      'CreateTensorWithDataAsOrtValue',
      api.memory,
      data,
      data.byteLength,
      dims,
      dims.length,
      type,
    );
    api.call(place, this.#binding, name, value);
    const before = this.#bound.get(name);
    if (before !== undefined) api.release('Value', before.value);
    this.#bound.set(name, { tensor, value });
  }
}

/** With the settings of Session.create. */
function openSession(api: OrtApi, model: Uint8Array, threads: number): Handle {
  const options = api.create('CreateSessionOptions');
  try {
    api.call('SetIntraOpNumThreads', options, threads);
    api.call('SetSessionGraphOptimizationLevel', options, ALL_OPTIMIZATIONS);
    api.call('SetSessionLogSeverityLevel', options, LOG_ERRORS);
    api.call('DisableMemPattern', options);
    api.call(
      'AddSessionConfigEntry',
      options,
      'optimization.disable_specified_optimizers',
      DISABLED_OPTIMIZERS,
    );
    return api.create('CreateSessionFromArray', api.environment, model, model.length, options);
  } finally {
    api.release('SessionOptions', options);
  }
}

/** Tensors of zeros for a model's outputs; undefined where one is not float32, or its shape depends on the inputs. */
function fixedOutputs({ graph }: ModelProto): Feeds | undefined {
  const outputs: Feeds = {};
  for (const { name, type } of graph.output) {
    const { elem_type, shape } = type.tensor_type;
    const dims = shape.dim.flatMap(({ dim_value }) => dim_value ?? []);
    if (elem_type !== onnxTypeCode.float32 || dims.length < shape.dim.length) return undefined;
    outputs[name] = new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);
  }
  return outputs;
}
