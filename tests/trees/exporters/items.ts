// Small trees to write, and an exporter's whole text.
import {
  type ExporterName,
  type ExportOptions,
  exporters,
  type TreeItem,
} from '../../../src/trees/exporters/index.ts';
import { readTrees } from '../../../src/trees/read.ts';
import type { Tree } from '../../../src/trees/tree.ts';

export const cat = read(
  '(S (NP (DT The) (JJ old) (NN cat)) (VP (VBD sat) (PP (IN on) (NP (DT a) (NN mat)))) (. .))',
);
export const shanghai = read('(IP (NP (NR 上海) (NN 浦东)) (VP (VV 开发) (NP-OBJ-LONG (NN 法制))) (PU 。))');

/** Every character that some format gives a meaning to. */
const SPECIAL =
  '</script></title><img src=x onerror=alert(1)>&amp;"\'\\{}[]$#_%^~|\u001b[31m\u0000\n\ud800\u202e]]>-->';
export const hostile: Tree = {
  label: SPECIAL,
  children: [
    { label: '', children: [{ label: `N${SPECIAL}`, children: [`w${SPECIAL}`] }] },
    { label: '$', children: ['100 %'] },
  ],
};

export function read(text: string): Tree {
  return readTrees(text)[0]!;
}

/** What the exporter writes of trees, or of items. */
export function write(
  name: ExporterName,
  trees: readonly (Tree | TreeItem)[],
  options: ExportOptions = {},
): string {
  const items = trees.map((tree, i) => ('tree' in tree ? tree : { tree, index: i + 1 }));
  return [...exporters[name].document(items, options)].join('');
}
