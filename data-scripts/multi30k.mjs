#!/usr/bin/env node
// Multi30k, task 1 (Elliott et al., 2016; for non-commercial research): captions in English, German and French,
// train 29,000, val 1,014, test_2016_flickr 1,000 lines.
//   node data-scripts/multi30k.mjs [--out DIR] [--from DIR|ADDRESS]
// Without --from the files come from $TX_DATA/multi30k if TX_DATA is set, else from the public repository.
import { join } from 'node:path';
import { fetchFiles, main, parseArguments } from './fetch.mjs';

const REPOSITORY = 'https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw';

/** SHA-256 of the unpacked files. */
const FILES = {
  'train.en': '460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6',
  'train.de': '2c2b73fd2b548fbcde3a875e0a78d6ee94d498bfdee6bd3eae3945779e9ddf72',
  'train.fr': '5925a3c18f1587b6b54b87743106e6e8ab93618edb6f65d19eac0621f853a10d',
  'val.en': '1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227',
  'val.de': '660e09eb7e1da2f856ea13ee5ad3cf6d36b3d5b0b733c857e94c5747a3dfc660',
  'val.fr': '5304e444d842e962b2dda4d816b70b22a1765b15401642b7ca37a67477e708dc',
  'test_2016_flickr.en': '399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182',
  'test_2016_flickr.de': '4be6b5b3236b79c25475c6bb829800a7ce559e9ba7a1f6c2394fe4d40be46d16',
  'test_2016_flickr.fr': 'cb3160d69b002bb638e66cc7612fcd56cb0af82eadc9c142dedc438afb885ef6',
};

await main(async (args) => {
  const local = process.env.TX_DATA && join(process.env.TX_DATA, 'multi30k');
  const { out, from } = parseArguments(args, { out: 'data/multi30k', from: local || REPOSITORY });
  await fetchFiles(FILES, from, out);
});
