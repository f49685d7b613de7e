// The machine that this process runs on.
import { availableParallelism, cpus, totalmem } from 'node:os';

export interface Machine {
  platform: string;
  processor: string;
  cores: number;
  memoryBytes: number;
  node: string;
}

export const describeMachine = (): Machine => ({
  platform: `${process.platform}-${process.arch}`,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  node: process.versions.node,
});
