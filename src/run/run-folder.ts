// A run's folder: everything that a trained system is, under names relative to it, so that it can be moved.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, UserError } from '../util/errors.ts';

export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The merged config, `tx config` form. */
  get config(): string {
    return join(this.path, 'config.yaml');
  }

  vocabulary(side: 'joint' | 'src' | 'tgt'): string {
    return join(this.path, side === 'joint' ? 'vocabulary.model' : `vocabulary.${side}.model`);
  }

  /** `training`, `eval`, `optimizer` or `decode`. */
  graph(name: 'training' | 'eval' | 'optimizer' | 'decode'): string {
    return join(this.path, `${name}.onnx`);
  }

  /** Whole training states (`last`) and bare parameters (`best`, `averaged`, `model`, `epoch-12`). */
  checkpoint(name: string): string {
    return join(this.path, 'checkpoints', `${name}.safetensors`);
  }

  get metrics(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /** Translations of a test set and their score. */
  result(name: string): string {
    return join(this.path, 'results', name);
  }

  /** The folder of an existing run; a UsageError where `path` is none. */
  static open(path: string): RunFolder {
    const run = new RunFolder(path);
    if (!isDirectory(path)) throw new UsageError(`${path}: no such run; give a folder that tx train made`);
    if (!isFile(run.config)) throw new UsageError(`${path}: not a run: it has no config.yaml`);
    return run;
  }

  /** The parameters to use: those chosen at the end of training, or the best so far. */
  weights(): string {
    const found = ['model', 'best'].map((name) => this.checkpoint(name)).find(isFile);
    if (found === undefined) {
      throw new UserError(`${this.path}: no trained parameters yet; let tx train reach its first validation`);
    }
    return found;
  }
}

const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
