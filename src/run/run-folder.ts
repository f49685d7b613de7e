// A run's folder: everything that a trained system is, under names relative to it, so that it can be moved.
import { join } from 'node:path';
import { UsageError, UserError } from '../util/errors.ts';
import { ensureDir, fileExists, isFile, isFolder, listFolder, remove, removeIfEmpty } from '../util/files.ts';

const GRAPHS = ['training', 'eval', 'optimizer', 'decode'] as const;
const VOCABULARIES = ['joint', 'src', 'tgt'] as const;

export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The merged config, as `tx config` prints it. */
  get config(): string {
    return join(this.path, 'config.yaml');
  }

  vocabulary(side: (typeof VOCABULARIES)[number]): string {
    return join(this.path, side === 'joint' ? 'vocabulary.model' : `vocabulary.${side}.model`);
  }

  graph(name: (typeof GRAPHS)[number]): string {
    return join(this.path, `${name}.onnx`);
  }

  /** Whole training states (`last`) and bare parameters (`best`, `averaged`, `model`, `step-1200`). */
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
    if (!isFolder(path)) throw new UsageError(`${path}: no such run; give a folder that tx train made`);
    if (!run.hasRun()) throw new UsageError(`${path}: not a run: it has no config.yaml`);
    return run;
  }

  hasRun(): boolean {
    return isFile(this.config);
  }

  /** Whether a new run would meet something there; a UsageError where it is no folder. */
  isUsed(): boolean {
    if (fileExists(this.path)) throw new UsageError(`${this.path}: is a file; a run needs a folder`);
    return listFolder(this.path).length > 0;
  }

  /** Makes the folders that are missing. */
  create(): void {
    ensureDir(join(this.path, 'checkpoints'));
    ensureDir(join(this.path, 'results'));
  }

  /** Removes what a run makes, and the folder itself unless something else is in it. */
  clear(): void {
    const files = [
      ...VOCABULARIES.map((side) => this.vocabulary(side)),
      ...GRAPHS.map((name) => this.graph(name)),
    ];
    const folders = ['checkpoints', 'results'].map((name) => join(this.path, name));
    for (const path of [...files, ...folders, this.metrics, this.config]) remove(path);
    removeIfEmpty(this.path);
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
