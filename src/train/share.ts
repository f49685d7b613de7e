// What ranks take over from rank 0 when a training starts, so that they need no folder of runs: what it has made of the
// text, such as tokenizers, and the state to begin with.
import { dirname, join, relative } from 'node:path';
import type { RunFolder } from '../run/run-folder.ts';
import { atFirst, type Group } from '../runtime/group.ts';
import { ensureDir, writeFileAtomic } from '../util/files.ts';
import { readBytes } from '../util/text.ts';
import type { Engine } from './engine.ts';
import type { Progress } from './progress.ts';

/** Puts what rank 0 has learnt of the text into the homes of the others. */
export async function shareLearnt(group: Group, home: RunFolder): Promise<void> {
  if (group.size === 1) return;
  const read = () => home.learnt().map((path) => [relative(home.path, path), readBytes(path)] as const);
  const files = await atFirst(group, read);
  if (group.rank === 0) return;
  for (const [name, content] of files) {
    const path = join(home.path, name);
    ensureDir(dirname(path));
    writeFileAtomic(path, content);
  }
}

/** The parameters that rank 0 loads come to all. */
export async function shareParameters({ group, parameters }: Engine, load: () => void): Promise<void> {
  if (group.rank === 0) load();
  await group.broadcast(parameters.flat);
}

/** Parameters, optimizer state and place in the data become those of rank 0; its counters. */
export async function shareState(
  { group, step, parameters, batches }: Engine,
  progress: Progress,
): Promise<Progress> {
  if (group.size === 1) return progress;
  const shared = await atFirst(group, () => progress);
  await group.broadcast(parameters.flat);
  for (const arrays of step.state.values()) for (const values of arrays) await group.broadcast(values);
  if (group.rank > 0) batches.restore(shared.data);
  return shared;
}
