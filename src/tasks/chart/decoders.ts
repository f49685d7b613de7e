// The registry of tree decoders: what a config's `decoder` may name.
import { chart } from './chart-decoder.ts';
import type { TreeDecoder } from './decoder.ts';
import { labels } from './label-decoder.ts';

const rows = { chart, labels } as const satisfies Record<string, TreeDecoder>;

export type TreeDecoderName = keyof typeof rows;
export const treeDecoders: Record<TreeDecoderName, TreeDecoder> = rows;
export const treeDecoderNames = Object.keys(rows) as [TreeDecoderName, ...TreeDecoderName[]];
