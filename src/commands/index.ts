// The commands of `tx`, in the order of its help. Adding one takes its file and a line here.

import { bench } from './bench.ts';
import type { Command } from './command.ts';
import { config } from './config.ts';
import { evalBleu } from './eval-bleu.ts';
import { evalParse } from './eval-parse.ts';
import { parse } from './parse.ts';
import { trainCommand } from './train.ts';
import { translate } from './translate.ts';
import { tree } from './tree.ts';

export const commands: readonly Command[] = [
  trainCommand,
  translate,
  parse,
  evalBleu,
  evalParse,
  tree,
  config,
  bench,
];
