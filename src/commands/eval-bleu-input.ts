// What `tx eval-bleu` scores: translations from files, references and sources from files or a test set by name. What
// cannot be compared is an error; what looks like the wrong file is a warning.
import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { loadTestSet } from '../data/test-sets.ts';
import { doubtTokenizer } from '../metrics/language.ts';
import { looksTokenized } from '../metrics/tokenizers.ts';
import { trimEnd } from '../metrics/whitespace.ts';
import type { Corpus, System } from '../report/corpus.ts';
import { dropSharedFolders } from '../report/names.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { plural } from '../util/format.ts';
import type { Log } from '../util/log.ts';
import type { Context } from './command.ts';
import type { MetricChoice } from './eval-bleu-metrics.ts';
import { checkStdinOnce, describeInput, readInputLines } from './input.ts';

/** A corpus and what it is called. */
export interface Material {
  corpus: Corpus;
  refNames: readonly string[];
  srcName: string;
  /** The target language, where it is known. */
  lang?: string | undefined;
  /** Of a report. */
  title?: string | undefined;
}

export function inputOptions<T>(yargs: Argv<T>) {
  const group = 'Input:';
  return yargs
    .option('hyp', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Instead of a run: translations, one a line; a file for each system; - is standard input',
    })
    .option('ref', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'References, line by line for the translations; one file or several',
    })
    .option('src', {
      group,
      type: 'string',
      requiresArg: true,
      describe: 'Sources, for reports and to notice swapped files',
    })
    .option('names', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'What reports call the systems [default: their files, or their runs]',
    })
    .option('test-set', {
      group,
      alias: 't',
      type: 'string',
      requiresArg: true,
      describe: 'A known test set instead of --ref and --src, such as wmt14/full; runs translate it',
    })
    .option('langpair', {
      group,
      alias: ['language-pair', 'l'],
      type: 'string',
      requiresArg: true,
      describe: "Of --test-set or the files, such as en-de: BLEU's tokenizer follows it [default: the run's]",
    })
    .option('list-test-sets', { group, type: 'boolean', describe: 'Print the known test sets' });
}

interface Arguments {
  hyp?: string[] | undefined;
  ref?: string[] | undefined;
  src?: string | undefined;
  names?: string[] | undefined;
  testSet?: string | undefined;
  langpair?: string | undefined;
}

/** Reads what the options name. A UsageError where they do not fit, a UserError where the files do not. */
export async function readMaterial(args: Arguments, context: Context): Promise<Material> {
  const { hyp = [], ref, src, names, testSet, langpair } = args;
  if (testSet !== undefined && ref !== undefined) {
    throw new UsageError('--test-set brings its references: leave --ref out, or --test-set');
  }
  if (testSet !== undefined && src !== undefined) {
    throw new UsageError('--test-set brings its sources: leave --src out');
  }
  checkStdinOnce([...hyp, ...(ref ?? []), src]);
  const systemNames = nameSystems(hyp, names);
  const systems: System[] = [];
  for (const [s, path] of hyp.entries()) {
    const lines = await readFile(path, context);
    if (lines.length === 0) throw new UserError(`${describeInput(path)}: has no lines to score`);
    systems.push({ name: systemNames[s]!, hyps: lines });
  }
  const material =
    testSet === undefined
      ? { ...(await readReferences(ref!, src, systems, context)), lang: targetLanguage(langpair) }
      : readTestSet(testSet, parsePair(langpair), systems);
  checkLengths(material, hyp.map(describeInput));
  return material;
}

/** The files' names without their folders, or what tells their paths apart. */
function shortNames(paths: readonly string[]): readonly string[] {
  const short = paths.map((path) => basename(path));
  return new Set(short).size === short.length ? short : dropSharedFolders(paths);
}

/** Names for systems of files or runs; a UsageError unless each has its own. */
export function nameSystems(
  paths: readonly string[],
  names: readonly string[] | undefined,
): readonly string[] {
  if (names !== undefined && names.length !== paths.length) {
    throw new UsageError(`--names has ${plural(names.length, 'name')} for ${plural(paths.length, 'system')}`);
  }
  const own = names ?? shortNames(paths.map(describeInput));
  const twice = own.findIndex((name, s) => own.indexOf(name) < s);
  if (twice < 0) return own;
  throw new UsageError(
    names
      ? `--names has ${own[twice]} twice`
      : `--hyp has ${describeInput(paths[twice]!)} twice; tell them apart with --names`,
  );
}

/** Lines without white space at their ends, which sacreBLEU removes as it reads them. */
async function readFile(path: string, context: Context): Promise<string[]> {
  const lines = await readInputLines(path, context, 'lines');
  return lines.map(trimEnd);
}

async function readReferences(
  paths: readonly string[],
  src: string | undefined,
  systems: System[],
  context: Context,
): Promise<Material> {
  const refs: string[][] = [];
  for (const path of paths) refs.push(await readFile(path, context));
  const sources = src === undefined ? undefined : await readFile(src, context);
  return {
    corpus: { refs, src: sources, systems },
    refNames: paths.map(describeInput),
    srcName: describeInput(src ?? ''),
  };
}

function readTestSet(name: string, [srcLang, tgtLang]: [string, string], systems: System[]): Material {
  const { src, refs } = loadTestSet(name, srcLang, tgtLang);
  const corpus = { refs: refs.map((lines) => lines.map(trimEnd)), src: src.map(trimEnd), systems };
  return { corpus, ...describeTestSet(name, srcLang, tgtLang, refs.length) };
}

/** What messages and reports call a test set's parts. */
export function describeTestSet(name: string, srcLang: string, tgtLang: string, numRefs: number) {
  const title = `${name} ${srcLang}-${tgtLang}`;
  return {
    refNames: Array.from({ length: numRefs }, (_, r) =>
      numRefs === 1 ? `the reference of ${title}` : `reference ${r + 1} of ${title}`,
    ),
    srcName: `the source of ${title}`,
    lang: tgtLang,
    title,
  };
}

/** The language of the translations, where a pair such as `en-de` is given. */
export const targetLanguage = (langpair: string | undefined): string | undefined =>
  langpair === undefined ? undefined : parsePair(langpair)[1];

/** The two languages of `en-de`. */
export function parsePair(langpair: string | undefined): [string, string] {
  if (langpair === undefined) throw new UsageError('--test-set needs --langpair, such as en-de');
  const [src, tgt, ...more] = langpair.split('-');
  if (src && tgt && more.length === 0) return [src, tgt];
  throw new UsageError(`--langpair ${langpair}: give two languages, such as en-de`);
}

function checkLengths({ corpus, refNames, srcName }: Material, files: readonly string[]): void {
  const { refs, src, systems } = corpus;
  const first = systems[0]!.hyps;
  systems.forEach(({ hyps }, s) => {
    if (hyps.length === first.length) return;
    throw new UserError(
      `${files[0]} has ${plural(first.length, 'line')}, ${files[s]} has ${plural(hyps.length, 'line')}: systems need the same lines`,
    );
  });
  const check = (name: string, lines: readonly unknown[], what: string): void => {
    if (lines.length === first.length) return;
    const counts = `${files[0]} has ${plural(first.length, 'line')}, ${name} has ${plural(lines.length, 'line')}`;
    throw new UserError(`${counts}: each line needs its ${what}`);
  };
  refs.forEach((lines, r) => {
    check(refNames[r]!, lines, 'reference');
  });
  if (src) check(srcName, src, 'source');
}

/** Warns of what is probably a mistake: texts that are the same, references without words, text of another form. */
export function warnOfMistakes(
  { corpus, refNames, srcName, lang }: Material,
  { wantsPlainText, tokenize, doubts }: Pick<MetricChoice, 'wantsPlainText' | 'tokenize' | 'doubts'>,
  log: Log,
): void {
  for (const doubt of doubts) log.warn(doubt);
  const { refs, src, systems } = corpus;
  const others = [
    ...refs.map((lines, r) => ({ name: refNames[r]!, lines })),
    ...(src ? [{ name: srcName, lines: src }] : []),
  ];
  const texts = [...systems.map(({ name, hyps }) => ({ name, lines: hyps })), ...others];
  for (const [t, { name, lines }] of texts.entries()) {
    for (const other of texts.slice(t + 1)) {
      if (lines.every((line, i) => line === other.lines[i])) {
        log.warn(`${name} is the same text as ${other.name}; are these the right files?`);
      }
    }
  }
  refs.forEach((lines, r) => {
    const count = refs.length > 1 ? lines.filter((line) => line === '').length : 0;
    if (count === 0) return;
    log.warn(
      `${refNames[r]}: ${plural(count, 'empty line')} taken as references without words, as by sacreBLEU`,
    );
  });
  const unspaced = tokenize && doubtTokenizer(tokenize, corpus.refs[0]!);
  if (unspaced) {
    const remedy =
      lang === undefined ? 'give --langpair, or --tokenize zh or char' : 'give --tokenize zh or char';
    log.warn(`${unspaced}; ${remedy}`);
  }
  for (const { name, hyps } of wantsPlainText ? systems : []) {
    if (!looksTokenized(hyps)) continue;
    log.warn(
      `${name}: many lines end in " .", as tokenized text does, which lowers BLEU; detokenize it, or say --force`,
    );
  }
}
