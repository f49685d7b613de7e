// `tx init`: a commented config for a person's own two files.
import { basename, dirname, join, resolve } from 'node:path';
import { readParallel } from '../data/sources/parallel.ts';
import { collectColumns, type ParallelText } from '../data/sources/source.ts';
import { type FilePair, writeStarter } from '../tasks/pairs/starter.ts';
import { UsageError } from '../util/errors.ts';
import { ensureDir, fileExists, writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { defineCommand } from './command.ts';
import { formatCommand } from './invocation.ts';

export const init = defineCommand({
  command: 'init <src> <tgt>',
  describe: 'Write a config for your own text: two files, line by line translations of each other',
  builder: (yargs) =>
    yargs
      .positional('src', {
        type: 'string',
        demandOption: true,
        describe: 'Source side of the training text, such as train.en',
      })
      .positional('tgt', { type: 'string', demandOption: true, describe: 'Target side, such as train.de' })
      .option('valid', {
        type: 'string',
        array: true,
        describe: 'The two files of the validation set [default: valid, val or dev beside the training text]',
      })
      .option('test', {
        type: 'string',
        array: true,
        describe: 'The two files of the test set [default: test beside the training text, or none]',
      })
      .option('src-lang', {
        type: 'string',
        requiresArg: true,
        describe: "Source language [default: the file's ending]",
      })
      .option('tgt-lang', {
        type: 'string',
        requiresArg: true,
        describe: "Target language [default: the file's ending]",
      })
      .option('output', {
        alias: ['o', 'out'],
        type: 'string',
        requiresArg: true,
        describe: 'Where to write [default: SRC-TGT.yaml, of the languages]',
      })
      .option('force', { type: 'boolean', default: false, describe: 'Replace a file that is there' })
      .example('$0 init corpus/train.en corpus/train.de', 'Write en-de.yaml')
      .example('$0 init a.en a.de --valid b.en b.de -o my.yaml', 'With a validation set of other names'),
  run: async (args, { stdout, log }) => {
    const train = { src: args.src, tgt: args.tgt };
    const srcLang = args.srcLang ?? languageOf(args.src, '--src-lang');
    const tgtLang = args.tgtLang ?? languageOf(args.tgt, '--tgt-lang');
    const path = args.output ?? `${srcLang}-${tgtLang}.yaml`;
    if (fileExists(path) && !args.force) {
      throw new UsageError(`${path}: is there already; --force replaces it, --output names another`);
    }
    const valid = pairOf('--valid', args.valid) ?? findBeside(train, ['valid', 'val', 'dev']);
    if (valid === undefined) {
      throw new UsageError(
        `no validation set beside ${args.src}: give its two files with --valid, some hundred pairs that are not in the training text`,
      );
    }
    const test = pairOf('--test', args.test) ?? findBeside(train, ['test']);
    const text = await read(train);
    for (const pair of [valid, test]) if (pair !== undefined) await read(pair);
    const folder = dirname(resolve(path));
    const yaml = writeStarter({ srcLang, tgtLang, train, valid, test }, text, folder);
    ensureDir(folder);
    writeFileAtomic(path, yaml);
    log.info(
      `${formatCount(text.src.length)} pairs, ${srcLang} to ${tgtLang}; next: ${formatCommand(['train', { path }])}`,
    );
    stdout.write(`${path}\n`);
  },
});

/** The text of a split; a UsageError where it is empty, a UserError where the files do not fit each other. */
async function read({ src, tgt }: FilePair): Promise<ParallelText> {
  const text = await collectColumns(readParallel({ src: [src], tgt: [tgt] }), ['src', 'tgt']);
  if (text.src.length === 0) throw new UsageError(`${src}: has no lines`);
  return text;
}

/** The language that a file's name ends in, as `en` in `train.en` and `train.en.gz`. */
function languageOf(path: string, option: string): string {
  const ending = /\.([^.]+)$/.exec(basename(path).replace(/\.gz$/, ''))?.[1];
  if (ending !== undefined && isLanguage(ending)) return ending;
  throw new UsageError(`${path}: its ending names no language; give it with ${option}, such as ${option} en`);
}

function isLanguage(code: string): boolean {
  try {
    return (
      new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code.replace('_', '-')) !==
      undefined
    );
  } catch {
    return false;
  }
}

function pairOf(option: string, files: readonly string[] | undefined): FilePair | undefined {
  if (files === undefined) return undefined;
  const [src, tgt] = files;
  if (src === undefined || tgt === undefined || files.length > 2) {
    throw new UsageError(`${option} expects two files, source and target; found ${files.length}`);
  }
  return { src, tgt };
}

/** Of a training text `train.en` and `train.de`: the files of the same names with one of `names` for `train`. */
function findBeside({ src, tgt }: FilePair, names: readonly string[]): FilePair | undefined {
  const beside = (path: string, name: string): string | undefined => {
    const folder = dirname(path);
    const wanted = basename(path).replace(/\.gz$/, '').replace('train', name);
    if (wanted === basename(path)) return undefined;
    return [wanted, `${wanted}.gz`].map((file) => join(folder, file)).find(fileExists);
  };
  for (const name of names) {
    const found = { src: beside(src, name), tgt: beside(tgt, name) };
    if (found.src !== undefined && found.tgt !== undefined) return { src: found.src, tgt: found.tgt };
  }
  return undefined;
}
