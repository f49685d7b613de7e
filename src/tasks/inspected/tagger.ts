// Words of sentences with the tags that a run of tagging gives them.
import type { RunFolder } from '../../run/run-folder.ts';
import type { LabelledConfig } from '../labelled/config.ts';
import { Predictor } from '../labelled/predictor.ts';
import { openRun } from '../open-run.ts';
import type { TaggedWord } from './word-vectors.ts';

/** For each text its words between blanks. A UsageError where the run is of another task. */
export async function tagWords(
  folder: RunFolder,
  texts: readonly string[],
  { threads, signal }: { threads: number; signal: AbortSignal },
): Promise<TaggedWord[][]> {
  const predictor = await Predictor.load(openRun<LabelledConfig>(folder, 'tagging'), { threads });
  try {
    const rows = texts.map((text) => text.split(/\s+/).filter((word) => word !== ''));
    const answers = await predictor.predict(rows, { signal });
    return answers.map((answer, i) => {
      const { tags } = predictor.target.tell(answer) as { tags: (string | null)[] };
      return rows[i]!.map((text, w) => ({ text, tag: tags[w] ?? undefined }));
    });
  } finally {
    await predictor.release();
  }
}
