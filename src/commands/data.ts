// `tx data`: lists the corpora that the package knows, and runs their scripts.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { corporaFolder, type KnownCorpus, listCorpora } from '../data/known-corpora.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { isFolder } from '../util/files.ts';
import { suggest } from '../util/nearest.ts';
import { packageRoot } from '../util/package.ts';
import { quote } from '../util/quote.ts';
import { defineCommand } from './command.ts';

/** What a script of data-scripts/ exports. Its errors have an exit code of 2 where it was misused. */
interface Script {
  usage: string;
  run(args: string[], log: (line: string) => void): Promise<void>;
}

export const data = defineCommand({
  command: 'data [name] [args..]',
  describe: 'Fetch a corpus into the folder of corpora, or list what there is',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'The corpus; left out, all are listed' })
      .positional('args', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Of wmt: a test set, and one of its pairs; of wmt14: a pair',
      })
      .option('output', {
        alias: ['o', 'out'],
        type: 'string',
        requiresArg: true,
        describe: "Where to write [default: the corpus's folder in TX_DATA, or in data/]",
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'A folder, file or address that has it [default: its publisher]',
      })
      .option('force', {
        type: 'boolean',
        describe: 'Of text, wmt and wmt14: replace files of other content',
      })
      .example('$0 data', 'What there is, with licences and sizes')
      .example('$0 data multi30k', 'Fetch Multi30k')
      .example('$0 data text', 'Fetch running text for language models')
      .example('$0 data wmt wmt14/full en-de', 'Fetch a test set')
      .example('$0 data wmt14 en-de', 'Fetch training text of gigabytes; run again, it goes on')
      .example('$0 data ptb-sample --from nltk_data', 'Take it from a folder'),
  run: async ({ name, args, output, from, force }, { stdout }) => {
    const folder = corporaFolder(process.env);
    const corpora = listCorpora();
    if (name === undefined) {
      if ([output, from, force].some((option) => option !== undefined)) {
        throw new UsageError('give the name of a corpus with these options; tx data lists them');
      }
      stdout.write(`${corpora.map((corpus) => describe(corpus, folder)).join('\n')}\n`);
      return;
    }
    const corpus = corpora.find((known) => known.name === name);
    if (corpus === undefined) {
      const names = corpora.map((known) => known.name);
      throw new UsageError(`no corpus ${quote(name)}; ${suggest(name, names)}`);
    }
    const place = output ?? join(folder, corpus.folder);
    if (corpus.script === undefined) {
      throw new UserError(
        `${name} cannot be fetched: its licence is ${corpus.licence}. Put it into ${place}`,
      );
    }
    const script = (await import(
      pathToFileURL(join(packageRoot, 'data-scripts', corpus.script)).href
    )) as Script;
    const options = [
      '--out',
      place,
      ...(from === undefined ? [] : ['--from', from]),
      ...(force ? ['--force'] : []),
    ];
    try {
      await script.run([...args, ...options], (line) => stdout.write(`${line}\n`));
    } catch (error) {
      const { message, exitCode } = error as Error & { exitCode?: number };
      throw exitCode === 2 ? new UsageError(message) : new UserError(message);
    }
  },
});

function describe(
  { name, arguments: more, title, size, licence, script, folder }: KnownCorpus,
  root: string,
): string {
  const command =
    script === undefined ? 'no script' : `tx data ${name}${more === undefined ? '' : ` ${more}`}`;
  const place = join(root, folder);
  return [
    name,
    `  ${title}`,
    `  ${size}; licence: ${licence}`,
    `  ${command}; ${isFolder(place) ? 'there' : 'not there'}: ${place}`,
  ].join('\n');
}
