// Training that went to NaN or ∞: told with the checkpoint to go back to.
import { UserError } from '../util/errors.ts';
import type { Progress } from './progress.ts';

const REMEDY = 'lower the learning rate or set optimizer.clipNorm';

export class DivergedError extends UserError {
  /** The checkpoint whose parameters are sound: what `--from` takes. Undefined where there is none yet. */
  readonly checkpoint: string | undefined;

  constructor(what: string, { best, snapshots }: Progress) {
    const checkpoint = best === null ? snapshots.at(-1) : 'best';
    const step = best === null ? checkpoint?.replace('step-', '') : best.step;
    const from =
      checkpoint === undefined
        ? 'train anew with --overwrite'
        : `go back to update ${step} with --resume --from ${checkpoint}`;
    super(`${what}: training diverged; ${from}, and ${REMEDY}`);
    this.checkpoint = checkpoint;
  }
}
