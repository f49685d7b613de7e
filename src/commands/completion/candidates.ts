// What may stand at the end of a command line: commands, options, and their values.
import type { CommandDeclaration, Declarations } from './declarations.ts';
import { findOption, type Reading, read } from './reading.ts';
import type { Candidate } from './settings.ts';
import { type Completion, completeValue, NOTHING } from './values.ts';
import { splitLine } from './words.ts';

/** The candidates for the word at the end of `line`. */
export async function complete(line: string, declarations: Declarations): Promise<Completion> {
  const words = splitLine(line);
  // Variables that are set for the command stand before it.
  const start = words.findIndex((word) => !/^\w+=/.test(word));
  const given = words.slice(start + 1, -1);
  const word = words.at(-1)!;
  if (start < 0 || start === words.length - 1) return NOTHING;
  const { commands } = declarations;
  const isHelp = given[0] === 'help';
  const reading = read(isHelp ? given.slice(1) : given, commands);
  const { declaration, open, isPlain } = reading;
  const offer = (candidates: readonly Candidate[], takesFiles = false): Completion => ({
    candidates: candidates.filter(({ text }) => text.startsWith(word)),
    takesFiles,
  });
  const [, name, value] = /^--([\w-]+)=(.*)$/s.exec(word) ?? [];
  if (!isPlain && name !== undefined) {
    const option = findOption(declaration, name);
    if (option === undefined) return NOTHING;
    const { candidates, takesFiles } = await completeValue(option, value!, reading, declarations);
    return offer(
      candidates.map((one) => ({ ...one, text: `--${name}=${one.text}` })),
      takesFiles,
    );
  }
  const options = () => offer(listOptions(reading, Object.values(commands)[0]));
  if (!isPlain && word.startsWith('-')) return options();
  if (open !== undefined) return completeValue(open, word, reading, declarations);
  if (declaration === undefined) {
    const names = Object.entries(commands).map(([text, { describe }]) => ({ text, describe }));
    return offer(reading.command === undefined ? names : []);
  }
  if (isHelp) return NOTHING;
  const { positionals } = declaration;
  const last = positionals.at(-1);
  const next = positionals[reading.positionals.length] ?? (last?.isMany ? last : undefined);
  if (next === undefined) return isPlain ? NOTHING : options();
  return completeValue(next.name, word, reading, declarations, next.choices);
}

/** The options that may still be given; before there is a command, those that `any` has in common with all. */
function listOptions(
  { command, declaration, options }: Reading,
  any: CommandDeclaration | undefined,
): Candidate[] {
  const common = ['help', 'version', 'quiet'];
  const known = Object.entries((declaration ?? any)?.options ?? {});
  return known
    .filter(([name, { repeats }]) => repeats || !options.has(name))
    .filter(([name]) => declaration !== undefined || (command === undefined && common.includes(name)))
    .map(([name, { describe }]) => ({ text: `--${name}`, describe }));
}
