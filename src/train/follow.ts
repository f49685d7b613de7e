// Training as a rank other than the first. It reads the same data and makes the same updates, and writes nothing.
import { RunFolder } from '../run/run-folder.ts';
import type { Group } from '../runtime/group.ts';
import { makeTemporaryFolder, remove } from '../util/files.ts';
import { toStored } from './data-record.ts';
import { Engine } from './engine.ts';
import type { Job } from './job.ts';
import { SILENT } from './observer.ts';
import { requireSame } from './ranks.ts';
import { shareLearnt } from './share.ts';
import { Trainer, type TrainOutcome } from './trainer.ts';

/** Trains in step with rank 0, whose run is in the folder; the outcome is that of rank 0. */
export async function follow(
  job: Job,
  folder: RunFolder,
  { group, abortSignal }: { group: Group; abortSignal: () => AbortSignal },
): Promise<TrainOutcome> {
  const home = new RunFolder(makeTemporaryFolder('tx-rank-'));
  try {
    const prepare = await job.read(SILENT);
    await shareLearnt(group, home);
    const { record, build } = await prepare(home, false);
    await requireSame(group, toStored(record));
    const engine = await Engine.create(await build(), job.settings, group);
    const trainer = new Trainer({ config: job.settings, folder, engine, observer: SILENT });
    try {
      await trainer.synchronize();
      return await trainer.run(abortSignal());
    } finally {
      await trainer.release();
    }
  } finally {
    remove(home.path);
  }
}
