// A run's folder: everything that a trained system is, under names relative to it, so that it can be moved.
import { basename, join } from 'node:path';
import { UsageError, UserError } from '../util/errors.ts';
import {
  ensureDir,
  fileExists,
  isFile,
  isFolder,
  listFolder,
  parseTemporary,
  remove,
} from '../util/files.ts';

/** Of the trained model: a search, classes, scores of spans, or contextual vectors. */
const TRAINED = ['decode', 'classify', 'parse', 'encode'] as const;
const GRAPHS = ['training', 'eval', 'optimizer', ...TRAINED] as const;
export type GraphName = (typeof GRAPHS)[number];

/** Folders in it. */
export const RUN_FOLDERS = ['tokenizers', 'checkpoints', 'results'];

export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The merged config, as `tx config` prints it. */
  get config(): string {
    return join(this.path, 'config.yaml');
  }

  /** A tokenizer by its name in the config. */
  tokenizer(name: string): string {
    return join(this.path, 'tokenizers', `${name}.model`);
  }

  /** The classes that a classifier or tagger knows, in the order of its outputs. */
  get classes(): string {
    return join(this.path, 'classes.json');
  }

  /** The labels and tags that a parser by spans knows, in the order of its outputs. */
  get labels(): string {
    return join(this.path, 'labels.json');
  }

  /** Mean and deviation of the scores that a regression was trained on. */
  get scores(): string {
    return join(this.path, 'scores.json');
  }

  /** Files that were learnt of the training text, without which none can be read. */
  learnt(): string[] {
    const tokenizers = join(this.path, 'tokenizers');
    const files = listFolder(tokenizers).map((name) => join(tokenizers, name));
    return [...files, ...[this.classes, this.labels, this.scores].filter(isFile)];
  }

  graph(name: GraphName): string {
    return join(this.path, `${name}.onnx`);
  }

  /** Whole training states (`last`) and bare parameters (`best`, `averaged`, `model`, `step-1200`). */
  checkpoint(name: string): string {
    return join(this.path, 'checkpoints', `${name}.safetensors`);
  }

  get metrics(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /** What made the run, and when: see provenance.ts. */
  get provenance(): string {
    return join(this.path, 'run.json');
  }

  /** What training told, with the time of each line. */
  get log(): string {
    return join(this.path, 'train.log');
  }

  /** TensorBoard's event files, where the config asks for them. */
  get tensorboard(): string {
    return join(this.path, 'tensorboard');
  }

  /** What the run was trained on, in figures. */
  get dataStatistics(): string {
    return this.result('data.json');
  }

  /** The page about the run. */
  get report(): string {
    return join(this.path, 'report.html');
  }

  /** Of a held-out set: see results.ts. */
  result(name: string): string {
    return join(this.path, 'results', name);
  }

  /** There while a training writes into the folder: see claim.ts, as for the next two. */
  get lock(): string {
    return join(this.path, 'train.lock');
  }

  /** Where a new run is made. */
  get starting(): string {
    return join(this.path, '.starting');
  }

  /** Where a new run is that is whole and about to be moved up. */
  get started(): string {
    return join(this.path, '.started');
  }

  /** The folder of an existing run; a UsageError where `path` is none. */
  static open(path: string): RunFolder {
    const run = new RunFolder(path);
    if (!isFolder(path)) throw new UsageError(`${path}: no such run; give a folder that tx train made`);
    if (!run.hasRun()) throw new UsageError(`${path}: not a run: it has no config.yaml`);
    return run;
  }

  hasRun(): boolean {
    return isFile(this.config) || isFolder(this.started);
  }

  /** Whether a new run would meet something there; a UsageError where it is no folder. */
  isUsed(): boolean {
    if (fileExists(this.path)) throw new UsageError(`${this.path}: is a file; a run needs a folder`);
    return listFolder(this.path).some((name) => !this.isLeftover(name));
  }

  /** Whether a start that was cut off may have left this name in the folder, with nothing worth keeping in it. */
  isLeftover(name: string): boolean {
    if ([this.lock, this.starting].includes(join(this.path, name))) return true;
    const made = parseTemporary(name);
    if (made === undefined) return false;
    return made.name.startsWith(basename(this.lock)) || this.parts().includes(join(this.path, made.name));
  }

  /** Makes the folders that are missing. */
  create(): void {
    for (const name of RUN_FOLDERS) ensureDir(join(this.path, name));
  }

  /** What a run makes, each under its name in the folder; the config, without which it is none, is the last. */
  parts(): string[] {
    const graphs = GRAPHS.map((name) => this.graph(name));
    const folders = RUN_FOLDERS.map((name) => join(this.path, name));
    const told = [this.metrics, this.tensorboard, this.provenance, this.log, this.report];
    return [this.classes, this.labels, this.scores, ...graphs, ...folders, ...told, this.config];
  }

  /** Removes what the end of training made: the run is in training again. */
  forgetChoice(): void {
    const graphs = TRAINED.map((name) => this.graph(name));
    const parameters = ['model', 'averaged'].map((name) => this.checkpoint(name));
    for (const path of [...parameters, ...graphs, this.report]) remove(path);
  }

  /** The names of all checkpoints that are there. */
  checkpoints(): string[] {
    return listFolder(join(this.path, 'checkpoints')).flatMap(
      (file) => /^(.+)\.safetensors$/.exec(file)?.[1] ?? [],
    );
  }

  /** Of these the ones of earlier updates: `best`, then those of single steps, oldest first. */
  earlier(): string[] {
    const names = this.checkpoints();
    const steps = names.filter((name) => /^step-\d+$/.test(name));
    steps.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
    return [...names.filter((name) => name === 'best'), ...steps];
  }

  /** Removes the checkpoints of single steps but those named. */
  keepSnapshots(names: readonly string[]): void {
    const kept = new Set(['best', ...names]);
    for (const name of this.earlier()) if (!kept.has(name)) remove(this.checkpoint(name));
  }

  /**
   * The parameters to use: those of the checkpoint named, which may be a file of another place, or those chosen at the
   * end of training, or the best so far. A UsageError where there is no such checkpoint.
   */
  weights(name?: string): string {
    const names = this.checkpoints();
    if (name !== undefined) {
      if (names.includes(name)) return this.checkpoint(name);
      if (isFile(name)) return name;
      throw new UsageError(`${this.path}: no checkpoint ${name}; there are: ${names.join(', ') || 'none'}`);
    }
    const found = ['model', 'best'].find((choice) => isFile(this.checkpoint(choice)));
    if (found === undefined) {
      throw new UserError(`${this.path}: no trained parameters yet; let tx train reach its first validation`);
    }
    return this.checkpoint(found);
  }
}
