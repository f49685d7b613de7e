// One training from its start to its end, and what of it is in the run's folder at any time.
import { printConfig } from '../config/print.ts';
import { Claim } from '../run/claim.ts';
import { RunFolder } from '../run/run-folder.ts';
import { FileError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import type { TrainConfig } from './config.ts';
import { recordVocabularies } from './data-record.ts';
import type { TrainObserver } from './observer.ts';
import { prepareData, provideVocabularies, readCorpora } from './prepare-data.ts';
import { checkRecord, checkResumable } from './resume.ts';
import { buildSystem } from './system.ts';
import { Trainer, type TrainOutcome } from './trainer.ts';

export interface TrainOptions {
  resume: boolean;
  /** With `resume`: the checkpoint to go back to, `best` or one such as `step-1200`; by default the last state. */
  from?: string | undefined;
  observer: TrainObserver;
  /** Asked for with the first update, after which training ends when the signal is aborted, its state stored. */
  abortSignal: () => AbortSignal;
}

/**
 * Trains as the config says, in the run's folder; a run that is there is replaced unless it is resumed. The config's
 * paths must be absolute. A run that cannot start leaves the folder as it was.
 */
export async function train(
  config: TrainConfig,
  folder: RunFolder,
  options: TrainOptions,
): Promise<TrainOutcome> {
  if (options.resume) RunFolder.open(folder.path);
  const claim = Claim.take(folder);
  try {
    const trainer = await start(config, folder, claim, options);
    try {
      return await trainer.run(options.abortSignal());
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new UserError(
        `${error.message}; when that is mended, --resume goes on from update ${trainer.stored}`,
      );
    } finally {
      await trainer.release();
    }
  } finally {
    claim.release();
  }
}

/** A trainer that has its state; the run in the folder is touched only once everything has been read and understood. */
async function start(
  config: TrainConfig,
  folder: RunFolder,
  claim: Claim,
  { resume, from = 'last', observer }: TrainOptions,
): Promise<Trainer> {
  if (resume) checkResumable(config, folder, from);
  const corpora = readCorpora(config, observer);
  const home = resume ? folder : claim.prepare();
  if (!resume) provideVocabularies(config, corpora, home, observer);
  const record = { ...corpora.checksums, vocabularies: recordVocabularies(config, home) };
  if (resume) checkRecord(record, config, folder, from, observer);
  const data = await prepareData(config, corpora, home, observer);
  const system = await buildSystem(config, data);
  const trainer = new Trainer({ config, folder, data, record, system, observer });
  if (resume) await trainer.restore(from);
  // A run that went back does so once: it then goes on from there.
  if (!resume || from !== 'last') trainer.save(home);
  system.writeGraphs(home);
  writeFileAtomic(home.config, printConfig(config));
  if (!resume) claim.establish();
  return trainer;
}
