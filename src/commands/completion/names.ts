// Names of what there is: configs, runs, their checkpoints, corpora, test sets, and the files among which they may be.
import { basename, join } from 'node:path';
import { listConfigs } from '../../config/resolve.ts';
import { listCorpora } from '../../data/known-corpora.ts';
import { listPrograms } from '../../rasp/program-files.ts';
import { findRuns } from '../../run/find.ts';
import { RunFolder } from '../../run/run-folder.ts';
import { isFolder, listFolder } from '../../util/files.ts';
import { packageRoot } from '../../util/package.ts';
import { readText } from '../../util/text.ts';
import { KV_CACHE } from '../report-kinds.ts';
import type { Candidate } from './settings.ts';

/** Where `tx train` makes runs unless it is told otherwise. */
const RUNS = 'runs';

/** What a config is for. */
export type ConfigKind = 'training' | 'benchmark' | 'study';

function kindOf(name: string): ConfigKind {
  if (name.startsWith('bench/')) return 'benchmark';
  return /^grids:/m.test(readText(join(packageRoot, 'configs', `${name}.yaml`))) ? 'study' : 'training';
}

/** Configs that come with the package, folder by folder as if they were files, and the YAML files that there are. */
export function completeConfig(word: string, kind: ConfigKind): Candidate[] {
  const own = listConfigs().filter((name) => kindOf(name) === kind);
  const level = word.lastIndexOf('/') + 1;
  const steps = own
    .filter((name) => name.startsWith(word))
    .map((name) => name.slice(0, level) + name.slice(level).replace(/\/.*/, '/'));
  return toCandidates([...steps, ...listFiles(word, (name) => /\.ya?ml$/.test(name))]);
}

/** The runs in runs/; where none begins so, folders on the way to others. */
export function completeRun(word: string): Candidate[] {
  const known = findRuns(RUNS).map(({ path }) => path.replaceAll('\\', '/'));
  const fitting = known.filter((path) => path.startsWith(word));
  return toCandidates(fitting.length > 0 ? fitting : listFiles(word, () => false));
}

/** What `tx report` takes: runs, and behind the word for a table of caches, which stands first, configs too. */
export function completeReported(word: string, first: string | undefined): Candidate[] {
  const runs = completeRun(word);
  if (first === undefined) return [{ text: KV_CACHE, describe: 'What decoders keep of each token' }, ...runs];
  if (first !== KV_CACHE) return runs;
  return toCandidates([...completeConfig(word, 'training'), ...runs].map(({ text }) => text));
}

/** The checkpoints of a run; for `training` those that it can go back to. */
export function completeCheckpoint(run: string | undefined, use: 'any' | 'training'): Candidate[] {
  if (run === undefined) return [];
  const folder = new RunFolder(run);
  return toCandidates(use === 'training' ? folder.earlier() : folder.checkpoints());
}

/** Where the run of a config goes. */
export const runOfConfig = (config: string, name: unknown): string =>
  join(RUNS, typeof name === 'string' ? name : basename(config).replace(/\.ya?ml$/, ''));

export const completeCorpus = (): Candidate[] =>
  listCorpora().map(({ name, title }) => ({ text: name, describe: title }));

/** Programs that come with the package, and the files that there are. */
export const completeProgram = (word: string): Candidate[] =>
  toCandidates([...listPrograms(), ...listFiles(word, (name) => name.endsWith('.rasp'))]);

export function completeTestSet(): Candidate[] {
  const { sets } = JSON.parse(readText(join(packageRoot, 'data-scripts/test-sets.json'))) as {
    sets: Record<string, { title: string }>;
  };
  return Object.entries(sets).map(([text, { title }]) => ({ text, describe: title }));
}

/** Files of the word's folder that are wanted, runs, and other folders with a slash; hidden ones only when asked for. */
function listFiles(word: string, isWanted: (name: string) => boolean): string[] {
  const start = word.slice(0, word.lastIndexOf('/') + 1);
  const hidden = word.slice(start.length).startsWith('.');
  return listFolder(start === '' ? '.' : start)
    .filter((name) => name.startsWith('.') === hidden)
    .map((name) => start + name)
    .flatMap((path) => {
      if (!isFolder(path)) return isWanted(path) ? [path] : [];
      return [new RunFolder(path).hasRun() ? path : `${path}/`];
    });
}

const toCandidates = (texts: readonly string[]): Candidate[] => [...new Set(texts)].map((text) => ({ text }));
