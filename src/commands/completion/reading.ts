// A command line as far as it is understood: its command, and what has been given to it.
import type { CommandDeclaration, Declarations, OptionDeclaration } from './declarations.ts';

export interface Reading {
  command: string | undefined;
  declaration: CommandDeclaration | undefined;
  positionals: string[];
  options: Map<string, string[]>;
  /** The option that takes the next word. */
  open: string | undefined;
  /** After `--` all words are positionals. */
  isPlain: boolean;
}

export function read(words: readonly string[], commands: Declarations['commands']): Reading {
  const reading: Reading = {
    command: undefined,
    declaration: undefined,
    positionals: [],
    options: new Map(),
    open: undefined,
    isPlain: false,
  };
  for (const word of words) {
    const { declaration, options, isPlain, open } = reading;
    if (!isPlain && word === '--') Object.assign(reading, { isPlain: true, open: undefined });
    else if (!isPlain && word.length > 1 && word.startsWith('-')) {
      const [, key, value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word)!;
      const name = findOption(declaration, key!);
      reading.open = undefined;
      if (name === undefined) continue;
      const values = options.get(name) ?? [];
      options.set(name, value === undefined ? values : [...values, value]);
      if (value === undefined && optionOf(declaration, name)?.takes !== 'none') reading.open = name;
    } else if (open !== undefined) {
      options.get(open)!.push(word);
      if (optionOf(declaration, open)?.takes === 'one') reading.open = undefined;
    } else if (reading.command === undefined) {
      reading.command = word;
      reading.declaration = Object.hasOwn(commands, word) ? commands[word] : undefined;
    } else reading.positionals.push(word);
  }
  return reading;
}

export const optionOf = (
  declaration: CommandDeclaration | undefined,
  name: string,
): OptionDeclaration | undefined =>
  declaration !== undefined && Object.hasOwn(declaration.options, name)
    ? declaration.options[name]
    : undefined;

/** The name that an option is declared under. */
export const findOption = (declaration: CommandDeclaration | undefined, name: string): string | undefined =>
  Object.entries(declaration?.options ?? {}).find(
    ([key, { aliases }]) => key === name || aliases.includes(name),
  )?.[0];
