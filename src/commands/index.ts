// The commands of `tx`, in the order of its help.
import type { Command } from './command.ts';
import { evalBleu } from './eval-bleu.ts';

export const commands: readonly Command[] = [evalBleu];
