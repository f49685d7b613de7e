// The stored results of Python's tokenizers and transformers, and of Google's own tokenizer.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Encoding } from '../../../src/tokenizers/tokenizer.ts';

interface Golden {
  samples: string[];
  /** Code points in hexadecimal, single ones and ranges. */
  classes: Record<'removed' | 'spaces' | 'ideographs' | 'accents' | 'punctuation', string>;
  models: {
    name: string;
    /** The content of its tokenizer.json. */
    file: object;
    /** Of each sample, with the text of the ids. */
    encodings: (Encoding & { text: string })[];
    /** Ids of "a b" alone, and of "a" and "b", within special pieces. */
    framed: [number[], number[]];
  }[];
  files: {
    bert: { pieces: string[]; ids: number[][] };
    roberta: { vocabulary: Record<string, number>; merges: string[]; ids: number[][] };
    google: Record<'uncased' | 'cased', number[][]>;
  };
  training: { counts: Record<string, number>; sizes: number[]; vocabularies: string[][] };
}

const file = new URL('../../reference/tokenizers/huggingface.json.gz', import.meta.url);
export const golden: Golden = JSON.parse(gunzipSync(readFileSync(file)).toString());

export const modelNamed = (name: string) => golden.models.find((model) => model.name === name)!;
