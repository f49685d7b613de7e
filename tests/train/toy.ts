// A small system for tests: the toy corpus (200 pairs), one layer a side, one thread.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '../../src/data/index-store.ts';
import type { ParallelConfig } from '../../src/data/sources/parallel.ts';
import type { SplitName } from '../../src/data/typescript-messages.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import type { Group } from '../../src/runtime/group.ts';
import type { ChartConfig } from '../../src/tasks/chart/config.ts';
import { taskOf } from '../../src/tasks/index.ts';
import { buildJob } from '../../src/tasks/job.ts';
import type { ParsingConfig } from '../../src/tasks/parsing.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import type { TranslationConfig } from '../../src/tasks/translation.ts';
import type { TrainEvent, TrainObserver } from '../../src/train/observer.ts';
import type { Evaluation, Sample } from '../../src/train/system.ts';
import { train } from '../../src/train/train.ts';
import { toyTreebank } from '../tasks/toy-treebank.ts';

const corpus = (lang: string) => join(import.meta.dirname, '..', 'corpus', `toy.${lang}`);

/** Sizes that make any model small. */
export const smallModel = {
  numEncoderLayers: 1,
  numDecoderLayers: 1,
  dModel: 16,
  dFf: 32,
  numHeads: 2,
  maxLength: 40,
};

/** What tasks that search have. */
const search = { decode: { beamSize: 2, maxExtraLength: 5 }, evaluation: { samples: 1 } };

/** Sections with some of their settings, unchecked. */
type Sections = Record<string, unknown>;

type ToyData = TranslationConfig['data'] & Record<SplitName, ParallelConfig>;

export class Toy {
  readonly dir = mkdtempSync(join(tmpdir(), 'tx-toy-'));
  readonly data: ToyData;
  #runs = 0;

  constructor() {
    const split = (name: string, from: number, to: number) => {
      const side = (lang: string) => {
        const lines = readFileSync(corpus(lang), 'utf8').split('\n').slice(from, to);
        return this.write(`${name}.${lang}`, lines.map((line) => `${line}\n`).join(''));
      };
      return { kind: 'parallel' as const, src: [side('en')], tgt: [side('de')] };
    };
    const splits = {
      train: split('train', 0, 176),
      valid: split('valid', 176, 188),
      test: split('test', 188, 200),
    };
    this.data = { srcLang: 'en', tgtLang: 'de', ...splits, batchTokens: 256 } as never;
    this.data = this.config().data as ToyData;
  }

  /** Treebanks: 12 trees for validation and test, the others for training. */
  treebank(): Pick<ParsingConfig['data'], 'train' | 'valid' | 'test'> {
    const split = (name: string, from: number, to?: number) => ({
      kind: 'trees' as const,
      files: [this.write(`${name}.mrg`, toyTreebank.slice(from, to).join('\n'))],
    });
    return { train: split('train', 24), valid: split('valid', 0, 12), test: split('test', 12, 24) };
  }

  /** Writes a file and gives its path. */
  write(name: string, text: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, text);
    return path;
  }

  /** The small config for translation, section by section merged with `over`. */
  config(over: Sections = {}): TranslationConfig {
    const tokenizers = { shared: { type: 'bpe', size: 90 } };
    return this.build({ ...search, tokenizers, data: this.data }, over) as TranslationConfig;
  }

  /** The same for parsing, on the toy treebank. */
  parsing(over: Sections = {}): ParsingConfig {
    const own = {
      task: 'parsing',
      tokenizers: { src: { type: 'bpe', size: 90 }, tgt: { type: 'word', size: 200 } },
      data: { ...this.treebank(), batchTokens: 256 },
      model: { ...smallModel, tie: 'none' },
      ...search,
    };
    return this.build(own, over) as ParsingConfig;
  }

  /** The same for parsing by spans. */
  chart(over: Sections = {}): ChartConfig {
    const own = {
      task: 'parsing',
      tokenizers: { text: { type: 'bpe', size: 90 } },
      data: { ...this.treebank(), batchTokens: 256 },
      model: { type: 'encoder', numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 40 },
      head: { hidden: 16 },
      evaluation: { samples: 1 },
    };
    return this.build(own, over) as ChartConfig;
  }

  /** A config of any task; `own` has what the task needs. */
  build(own: Sections, over: Sections): TaskConfig {
    const input: Sections = {
      threads: 1,
      model: smallModel,
      training: { maxEpochs: 2, scoreEvery: 0, selectBy: 'loss', average: 0, logSteps: 3 },
      optimizer: { type: 'adam' },
      schedule: { type: 'constant', learningRate: 0.01 },
      ...own,
    };
    for (const [section, value] of Object.entries(over)) {
      const isMap = typeof value === 'object' && section !== 'tokenizers';
      input[section] = isMap ? { ...(input[section] as object), ...value } : value;
    }
    return taskOf(input)!.schema().parse(input);
  }

  /** A folder for a run that does not exist yet. */
  folder(): RunFolder {
    return new RunFolder(join(this.dir, `run-${++this.#runs}`));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }
}

interface Trained {
  interrupted: boolean;
  test: Evaluation | undefined;
  samples: readonly Sample[];
  notes: string[];
  warnings: string[];
  lastStep: number;
}

/** Trains; with `stopAt`, interrupts after that update. */
export async function trainToy(
  config: TaskConfig,
  folder: RunFolder,
  options: {
    resume?: boolean;
    from?: string;
    stopAt?: number;
    onTick?: () => void;
    storage?: Storage;
    group?: Group;
  } = {},
): Promise<Trained> {
  const controller = new AbortController();
  const notes: string[] = [];
  const warnings: string[] = [];
  let lastStep = 0;
  const observer: TrainObserver = {
    note: (text) => notes.push(text),
    warn: (text) => warnings.push(text),
    progress: () => {},
    tick: ({ step }) => {
      lastStep = step;
      options.onTick?.();
      if (step === options.stopAt) controller.abort();
    },
    event: () => {},
  };
  const { finished } = await train(buildJob(config, options.storage), folder, {
    resume: options.resume ?? false,
    from: options.from,
    observer,
    group: options.group,
    request: { command: 'tx train toy', origins: {} },
    abortSignal: () => controller.signal,
  });
  return {
    interrupted: finished === undefined,
    test: finished?.split === 'test' ? finished.evaluation : undefined,
    samples: finished?.evaluation?.samples ?? [],
    notes,
    warnings,
    lastStep,
  };
}

/** The lines of metrics.jsonl without what the clock decides. */
export function readMetrics(folder: RunFolder): ({ event: TrainEvent['event'] } & Record<string, unknown>)[] {
  return readFileSync(folder.metrics, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { seconds, ...event } = JSON.parse(line);
      return Object.fromEntries(
        Object.entries(event).filter(([name]) => !name.endsWith('PerSecond')),
      ) as typeof event;
    });
}
