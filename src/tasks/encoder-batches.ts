// Rows of text through an encoder's session, in batches of like lengths.
import type { Batch } from '../data/batch.ts';
import { longestFirst } from '../data/batches.ts';
import { type Inputs, labelledExamples } from '../data/labelled.ts';
import type { ExportedModel } from '../graph/export.ts';
import { ALONE, type Group, shareOf } from '../runtime/group.ts';
import type { Feeds, Session, Tensor } from '../runtime/session.ts';
import { batchFeeds } from '../train/train-step.ts';
import { requireMemory } from '../util/memory.ts';

const BATCH_TOKENS = 4096;
const MAX_ROWS = 128;

export interface EncoderRun {
  session: Session;
  padId: number;
  peakBytes: ExportedModel['peakBytes'];
  /** What the session takes beside a batch, and the sizes that it has. */
  beside?: ((batch: Batch) => { feeds: Feeds; sizes?: Batch['sizes'] }) | undefined;
  /** The processes that share the batches. */
  group?: Group | undefined;
  onProgress?: ((done: number) => void) | undefined;
  /** Ends the work before the next batch where it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Runs all rows, those of other ranks excepted; `take` gets what the session makes of each batch. */
export async function runEncoder(
  rows: Inputs,
  { session, padId, peakBytes, beside, group = ALONE, onProgress, signal }: EncoderRun,
  take: (batch: Batch, found: Readonly<Record<string, Tensor>>) => void,
): Promise<void> {
  const examples = labelledExamples(rows, padId);
  let done = 0;
  for (const chosen of shareOf(group, longestFirst(examples, BATCH_TOKENS, MAX_ROWS))) {
    signal?.throwIfAborted();
    const batch = examples.collate(chosen, {});
    const { feeds = {}, sizes = {} } = beside?.(batch) ?? {};
    requireMemory(peakBytes({ ...batch.sizes, ...sizes }), 'a batch of texts', 'give shorter texts');
    take(batch, await session.run({ ...batchFeeds(batch), ...feeds }));
    done += chosen.length * group.size;
    onProgress?.(Math.min(done, examples.count));
  }
}
