// Values of options and positionals, by what these stand for.
import { resolveConfigPath } from '../../config/resolve.ts';
import { RunFolder } from '../../run/run-folder.ts';
import type { Declarations } from './declarations.ts';
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
import { optionOf, type Reading } from './reading.ts';
import { type Candidate, completeSetting, trainSchemas } from './settings.ts';

export interface Completion {
  candidates: Candidate[];
  /** Whether names of files may stand there too, which shells complete themselves. */
  takesFiles: boolean;
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
  ...['pair', 'target', 'with', 'token', 'class', 'word', 'compare-input'].map((name) => `inspect ${name}`),
  ...['classify', 'embed', 'fill'].map((command) => `${command} texts`),
  ...['data args', 'import revision', 'names', 'langpair', 'lang', 'src-lang', 'tgt-lang', 'seed', 'shard'],
  ...['by', 'select', 'title', 'rasp input'],
];
const KINDS: Readonly<Record<string, Kind | 'text'>> = {
  config: 'training',
  run: 'run',
  runs: 'run',
  ensemble: 'run',
  checkpoint: 'checkpoint',
  set: 'setting',
  'test-set': 'testSet',
  'bench config': 'benchmark',
  'study study': 'study',
  'data name': 'corpus',
  'runs filter': 'anySetting',
  'train from': 'origin',
  'inspect compare': 'run',
  tagger: 'run',
  'compare-checkpoint': 'checkpoint',
  'tokenizer args': 'run',
  program: 'program',
  side: 'text',
  ...Object.fromEntries(TEXTS.map((name) => [name, 'text' as const])),
};

export const NOTHING: Completion = { candidates: [], takesFiles: false };

/** What an option or a positional of this name may be. */
export async function completeValue(
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
    case 'checkpoint': {
      const other = name === 'compare-checkpoint' ? options.get('compare')?.[0] : undefined;
      return offer(completeCheckpoint(other ?? (command === 'lm' ? positionals[1] : first), 'any'), true);
    }
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
