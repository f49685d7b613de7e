// The registry of linearizations: what a config or a command may name. To add one: its file and a row here.
import { tagged, vinyals } from './linearize-brackets.ts';
import { compact } from './linearize-compact.ts';
import type { Linearization } from './linearize-contract.ts';

const rows = { vinyals, tagged, compact } satisfies Record<string, Linearization>;

export type LinearizationName = keyof typeof rows;
export const linearizations: Record<LinearizationName, Linearization> = rows;
export const linearizationNames = Object.keys(rows) as [LinearizationName, ...LinearizationName[]];
