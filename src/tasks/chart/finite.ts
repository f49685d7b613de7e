// Scores that no tree can be found of.
import { UserError } from '../../util/errors.ts';

/** A UserError that names the sentence where scores are not finite. */
export function requireFinite(scores: Float32Array, words: readonly string[]): void {
  if (scores.every(Number.isFinite)) return;
  const start = JSON.stringify(words.slice(0, 6).join(' '));
  throw new UserError(
    `the scores of ${start} are not finite, as after a training that diverged; use another --checkpoint`,
  );
}
