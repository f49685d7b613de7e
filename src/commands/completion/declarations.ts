// What completion knows of the commands.
import type { JsonSchema } from './settings.ts';

export interface OptionDeclaration {
  describe: string;
  aliases: string[];
  /** The values that follow it: as many as there are, for `many`. */
  takes: 'none' | 'one' | 'many';
  /** Whether it may be given again. */
  repeats: boolean;
  isNumber: boolean;
  choices?: string[];
}

export interface CommandDeclaration {
  describe: string;
  /** In their order; the last may be many. */
  positionals: { name: string; isMany: boolean; choices?: string[] }[];
  options: Record<string, OptionDeclaration>;
}

export interface Declarations {
  commands: Record<string, CommandDeclaration>;
  /** The schemas of configs for `tx bench`, by task. */
  benchmarks: Record<string, JsonSchema>;
}
