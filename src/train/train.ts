// One training from its start to its end, and what of it is in the run's folder at any time.
import { Claim } from '../run/claim.ts';
import { saveDataStatistics } from '../run/data-statistics.ts';
import { RunFolder } from '../run/run-folder.ts';
import { ALONE, type Group } from '../runtime/group.ts';
import { FileError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { toStored } from './data-record.ts';
import { Engine } from './engine.ts';
import { follow } from './follow.ts';
import { initializeFrom, originOf } from './init.ts';
import type { Job } from './job.ts';
import type { TrainObserver } from './observer.ts';
import { type Ending, Provenance, type Request } from './provenance.ts';
import { requireSame, requireShares } from './ranks.ts';
import { checkRecord, checkResumable } from './resume.ts';
import { shareLearnt } from './share.ts';
import { TensorBoardLog } from './tensorboard-log.ts';
import { TrainLog } from './train-log.ts';
import { Trainer, type TrainOutcome } from './trainer.ts';

export interface TrainOptions {
  resume: boolean;
  /** With `resume`: the checkpoint to go back to, `best` or one such as `step-1200`; by default the last state. */
  from?: string | undefined;
  observer: TrainObserver;
  /** The processes that train together; only the first of them observes and writes. */
  group?: Group | undefined;
  /** How it was asked for, which the run's folder keeps. */
  request: Request;
  /** Asked for with the first update, after which training ends when the signal is aborted, its state stored. */
  abortSignal: () => AbortSignal;
}

/**
 * Trains as the job says, in the run's folder; a run that is there is replaced unless it is resumed. A run that cannot
 * start leaves the folder as it was.
 */
export async function train(job: Job, folder: RunFolder, options: TrainOptions): Promise<TrainOutcome> {
  const { group = ALONE } = options;
  requireShares(job.settings.training.accumulate, group);
  if (group.rank > 0) return follow(job, folder, { ...options, group });
  if (options.resume) RunFolder.open(folder.path);
  const claim = Claim.take(folder);
  const board = job.settings.logging.tensorboard ? new TensorBoardLog(options.observer, job) : undefined;
  const log = new TrainLog(board ?? options.observer);
  try {
    const { trainer, provenance } = await start(job, folder, claim, { ...options, observer: log });
    try {
      log.open(folder);
      board?.open(folder, trainer.stored);
      const outcome = await trainer.run(options.abortSignal());
      if (outcome.finished !== undefined) board?.finish();
      await conclude(outcome.finished === undefined ? 'interrupted' : 'finished');
      return outcome;
    } catch (error) {
      try {
        await conclude('failed', error instanceof UserError ? `: ${error.message}` : '');
      } catch (other) {
        // What went wrong first is told; a disk that is full takes no more words either.
        if (!(other instanceof FileError)) throw other;
      }
      if (!(error instanceof FileError)) throw error;
      throw new UserError(
        `${error.message}; when that is mended, --resume goes on from update ${trainer.stored}`,
      );
    } finally {
      await trainer.release();
    }
    async function conclude(ending: Ending, reason = ''): Promise<void> {
      provenance.end(folder, ending, trainer.stored);
      log.conclude(`${ending} after update ${trainer.stored}${reason}`);
      await report(folder, log);
    }
  } finally {
    claim.release();
  }
}

/** Writes the run's page; how training ended stands whether that succeeds or not. What it needs is not loaded before. */
async function report(folder: RunFolder, observer: TrainObserver): Promise<void> {
  try {
    const { writeOwnReport } = await import('../run-report/write.ts');
    writeOwnReport(folder);
  } catch (error) {
    observer.warn(`${folder.report}: not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A trainer that has its state; the run in the folder is touched only once everything has been read and understood. */
async function start(
  job: Job,
  folder: RunFolder,
  claim: Claim,
  { resume, from = 'last', observer, request, group = ALONE }: TrainOptions,
): Promise<{ trainer: Trainer; provenance: Provenance }> {
  if (resume) checkResumable(job, folder, from);
  const { init } = job.settings;
  // What is missing is told before anything is read.
  const origin = resume || init === undefined ? undefined : originOf(init);
  const prepare = await job.read(observer);
  const home = resume ? folder : claim.prepare();
  const { record, build } = await prepare(home, !resume);
  await shareLearnt(group, home);
  await requireSame(group, toStored(record));
  if (resume) checkRecord(record, folder, from, observer);
  const engine = await Engine.create(await build(), job.settings, group);
  if (origin !== undefined) {
    const { model = {} } = job.settings as { model?: Record<string, unknown> };
    await initializeFrom(origin, { init: init!, parameters: engine.parameters, home, model }, observer);
  }
  const trainer = new Trainer({ config: job.settings, folder, engine, observer });
  if (resume) await trainer.restore(from);
  await trainer.synchronize();
  // A run that went back does so once: it then goes on from there.
  if (!resume || from !== 'last') trainer.save(home);
  engine.writeGraphs(home);
  const { statistics } = engine.system;
  if (statistics !== undefined) saveDataStatistics(home, statistics);
  const { threads, seed } = job.settings;
  const data = toStored(record);
  const { kvBytesPerToken } = engine.system;
  const sizes = { parameters: engine.parameters.count, kvBytesPerToken };
  const given = { threads, ranks: group.size, seed, step: trainer.stored, data, sizes };
  const provenance = new Provenance(request, given, resume ? folder : undefined);
  provenance.write(home);
  writeFileAtomic(home.config, job.text);
  if (!resume) claim.establish();
  return { trainer, provenance };
}
