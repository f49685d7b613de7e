// What may stand at the end of a command line: commands, options, and values by what an option or a positional stands
// for.
import { resolveConfigPath } from '../../config/resolve.ts';
import { RunFolder } from '../../run/run-folder.ts';
import type { CommandDeclaration, Declarations, OptionDeclaration } from './declarations.ts';
import {
  type ConfigKind,
  completeCheckpoint,
  completeConfig,
  completeCorpus,
  completeProgram,
  completeReported,
  completeRun,
  completeTestSet,
  runOfConfig,
} from './names.ts';
import { type Candidate, completeSetting, trainSchemas } from './settings.ts';
import { splitLine } from './words.ts';

export interface Completion {
  candidates: Candidate[];
  /** Whether names of files may stand there too, which shells complete themselves. */
  takesFiles: boolean;
}

/** A command line as far as it is understood. */
interface Reading {
  command: string | undefined;
  declaration: CommandDeclaration | undefined;
  positionals: string[];
  options: Map<string, string[]>;
  /** The option that takes the next word. */
  open: string | undefined;
  /** After `--` all words are positionals. */
  isPlain: boolean;
}

/** What stands for something that is known by name. All other text is the name of a file, or one of these last. */
type Kind =
  | ConfigKind
  | 'run'
  | 'checkpoint'
  | 'origin'
  | 'setting'
  | 'anySetting'
  | 'corpus'
  | 'testSet'
  | 'program';
const TEXTS = [
  ...['text', 'pair', 'label'].map((name) => `classify ${name}`),
  ...['classify', 'embed', 'fill'].map((command) => `${command} texts`),
  ...['pair', 'target', 'with'].map((name) => `inspect ${name}`),
  ...['data args', 'import revision', 'names', 'langpair', 'lang', 'src-lang', 'tgt-lang', 'seed'],
  ...['by', 'select', 'title'],
];
const KINDS: Readonly<Record<string, Kind | 'text'>> = {
  config: 'training',
  run: 'run',
  runs: 'run',
  checkpoint: 'checkpoint',
  set: 'setting',
  'test-set': 'testSet',
  'bench config': 'benchmark',
  'study study': 'study',
  'data name': 'corpus',
  'runs filter': 'anySetting',
  'train from': 'origin',
  'tokenizer args': 'run',
  side: 'text',
  ...Object.fromEntries(TEXTS.map((name) => [name, 'text' as const])),
  program: 'program',
  'rasp input': 'text',
};

const NOTHING: Completion = { candidates: [], takesFiles: false };

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

function read(words: readonly string[], commands: Declarations['commands']): Reading {
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

const optionOf = (
  declaration: CommandDeclaration | undefined,
  name: string,
): OptionDeclaration | undefined =>
  declaration !== undefined && Object.hasOwn(declaration.options, name)
    ? declaration.options[name]
    : undefined;

/** The name that an option is declared under. */
const findOption = (declaration: CommandDeclaration | undefined, name: string): string | undefined =>
  Object.entries(declaration?.options ?? {}).find(
    ([key, { aliases }]) => key === name || aliases.includes(name),
  )?.[0];

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

/** What an option or a positional of this name may be. */
async function completeValue(
  name: string,
  word: string,
  reading: Reading,
  { benchmarks }: Declarations,
  choices: readonly string[] | undefined = optionOf(reading.declaration, name)?.choices,
): Promise<Completion> {
  const { command, declaration, positionals, options } = reading;
  const offer = (candidates: readonly Candidate[], takesFiles = false): Completion => ({
    candidates: candidates.filter(({ text }) => text.startsWith(word)),
    takesFiles,
  });
  if (choices !== undefined) {
    // Several in one word stand between commas.
    const before = word.slice(0, word.lastIndexOf(',') + 1);
    const taken = before.split(',');
    return offer(choices.filter((one) => !taken.includes(one)).map((one) => ({ text: before + one })));
  }
  if (optionOf(declaration, name)?.isNumber) return NOTHING;
  const [first] = positionals;
  const kind =
    KINDS[`${command} ${name}`] ?? (command === 'train' && name === 'run' ? undefined : KINDS[name]);
  switch (kind) {
    case 'training':
    case 'benchmark':
    case 'study':
      return offer(completeConfig(word, kind), true);
    case 'run':
      return offer(command === 'report' ? completeReported(word, first) : completeRun(word), true);
    case 'checkpoint':
      return offer(completeCheckpoint(command === 'lm' ? positionals[1] : first, 'any'), true);
    case 'origin': {
      const run = options.get('run')?.[0] ?? (first && runOfConfig(first, (await readGiven(first, [])).name));
      return offer(completeCheckpoint(run, 'training'));
    }
    case 'setting': {
      const isBenchmark = command === 'bench';
      const config = isBenchmark ? (options.get('config')?.[0] ?? 'bench/tiny') : first;
      const given = await readGiven(config, options.get(name) ?? []);
      return offer(completeSetting(word, isBenchmark ? benchmarks : trainSchemas(), given));
    }
    case 'anySetting':
      return offer(completeSetting(word, trainSchemas(), { task: 'any' }));
    case 'corpus':
      return offer(completeCorpus());
    case 'testSet':
      return offer(completeTestSet());
    case 'program':
      return offer(completeProgram(word), true);
    case 'text':
      return NOTHING;
    default:
      return { candidates: [], takesFiles: true };
  }
}

/** The settings of a config, or of a run's, as they are written, with overrides; none of what cannot be read. */
async function readGiven(
  config: string | undefined,
  overrides: readonly string[],
): Promise<Record<string, unknown>> {
  const given: Record<string, unknown> = { task: 'translation' };
  if (config === undefined) return {};
  const run = new RunFolder(config);
  try {
    // YAML is loaded only where it is read.
    const [{ readConfig }, { toJs }] = await Promise.all([
      import('../../config/read.ts'),
      import('../../config/tree.ts'),
    ]);
    const path = run.hasRun() ? run.config : resolveConfigPath(config);
    Object.assign(given, toJs(readConfig(path)));
  } catch {
    return {};
  }
  for (const override of overrides) {
    const [, path, value] = /^([\w.-]+)=(.*)$/s.exec(override) ?? [];
    const keys = path?.split('.') ?? [];
    let map: Record<string, unknown> = given;
    for (const key of keys.slice(0, -1)) {
      const inner = Object.hasOwn(map, key) ? map[key] : undefined;
      map = map[key] = typeof inner === 'object' && inner !== null ? { ...inner } : {};
    }
    if (keys.length > 0) map[keys.at(-1)!] = value;
  }
  return given;
}
