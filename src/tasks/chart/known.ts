// What a run knows of its training trees: labels of constituents, chains joined (S+VP), and tags, each in its order,
// and where words are read by their characters, these.
import { z } from 'zod';
import type { RunFolder } from '../../run/run-folder.ts';
import { UserError } from '../../util/errors.ts';
import { writeFileAtomic } from '../../util/files.ts';
import { readText } from '../../util/text.ts';

const knownSchema = z.strictObject({
  labels: z.array(z.string()).min(1),
  tags: z.array(z.string()).min(1),
  /** Of the decoder `labels`: labels of gaps, `labels` being those of words. */
  gaps: z.array(z.string()).min(1).optional(),
  characters: z.array(z.string()).optional(),
});
export type Known = z.output<typeof knownSchema>;

export const saveKnown = (known: Known, folder: RunFolder): void =>
  writeFileAtomic(folder.labels, `${JSON.stringify(known, null, 2)}\n`);

/** A UserError where the file is damaged. */
export function loadKnown(folder: RunFolder): Known {
  const text = readText(folder.labels);
  try {
    return knownSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${folder.labels}: is not what tx train writes there`);
  }
}
