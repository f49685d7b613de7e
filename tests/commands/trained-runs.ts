// A folder with files and the runs of small configs, for tests of what is done with runs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tx } from './run.ts';

export interface TrainedRuns {
  dir: string;
  /** A file or run by its name. */
  at(name: string): string;
  remove(): void;
}

/** Writes the files and trains the configs, in which `{}` stands for the folder. */
export async function trainRuns(
  files: Readonly<Record<string, string>>,
  configs: Readonly<Record<string, string>>,
): Promise<TrainedRuns> {
  const dir = mkdtempSync(join(tmpdir(), 'tx-runs-'));
  const at = (name: string) => join(dir, name);
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  for (const [name, config] of Object.entries(configs)) {
    writeFileSync(at(`${name}.yaml`), config.replaceAll('{}', dir));
    const { code, stderr } = await tx(['train', at(`${name}.yaml`), '--run', at(name), '-q']);
    expect([name, code, stderr]).toEqual([name, 0, '']);
  }
  return { dir, at, remove: () => rmSync(dir, { recursive: true }) };
}

/** Of the task rasp: copying, two layers. */
export const COPY_CONFIG = `task: rasp
data: { generator: copy, symbols: unique, lengths: [1, 3], contextLength: 24, batchRows: 8 }
model: { numLayers: 2, dModel: 8, dFf: 8, numHeads: 2, dropout: 0, positions: learned, maxLength: 24 }
evaluation: { lengths: [1, 3], examples: 2, validExamples: 2 }
training: { maxSteps: 2, average: 0, logSteps: 1 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
threads: 1
`;
