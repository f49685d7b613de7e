// `tx report`: what became of runs, as a page, in a terminal, or as JSON.
import { resolve } from 'node:path';
import pc from 'picocolors';
import { RunFolder } from '../run/run-folder.ts';
import { formatRunText } from '../run-report/text.ts';
import { readRunReports } from '../run-report/write.ts';
import { UsageError } from '../util/errors.ts';
import { isFolder, writeFileAtomic } from '../util/files.ts';
import { defineCommand } from './command.ts';
import { findRun, findRunsIn } from './locate.ts';
import { checkOutput, isBright, outputPath, terminalWidth } from './output.ts';
import { CACHE_DTYPES, KV_CACHE } from './report-kinds.ts';

/** Characters of a line where no terminal says. */
const PLAIN_WIDTH = 80;
const COLORS = ['cyan', 'yellow', 'magenta', 'green', 'red', 'blue', 'white', 'gray'] as const;

export const report = defineCommand({
  command: 'report <runs..>',
  describe: 'Report on runs: curves, data, outputs, settings; several are compared',
  builder: (yargs) =>
    yargs
      .positional('runs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: `Runs' folders, configs that they were trained from, or folders with runs in them; after the word ${KV_CACHE} also configs that have no run`,
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Where to write it [default: a page of one run into its folder, text to standard output]',
      })
      .option('format', {
        choices: ['html', 'text'] as const,
        describe: 'A page, or text for a terminal [default: html]',
      })
      .option('json', { type: 'boolean', describe: 'Print the data behind it as JSON' })
      .conflicts('json', 'format')
      .option('batch', {
        type: 'number',
        requiresArg: true,
        describe: 'Sequences that are decoded at a time [default: 1]',
      })
      .option('context', {
        type: 'number',
        requiresArg: true,
        describe: 'Tokens of each [default: model.maxLength]',
      })
      .option('dtype', {
        choices: CACHE_DTYPES,
        describe: 'Numbers that the cache is kept in; here they are float32 [default: float16]',
      })
      .group(['batch', 'context', 'dtype'], `${KV_CACHE}:`)
      .example('$0 report runs/en-de', 'Make report.html in the folder anew')
      .example('$0 report runs/a runs/b --out compared.html', 'Two runs in one page')
      .example('$0 report runs/en-de --format text', 'The same in the terminal')
      .example(`$0 report ${KV_CACHE} cla/paper/h128-mqa my.yaml runs/a`, 'Bytes of keys and values')
      .example(`$0 report ${KV_CACHE} runs/a --batch 8 --context 2048 --json`, 'Of eight long texts')
      .epilogue(
        `${KV_CACHE} needs no training: the vocabularies of a config, on which only the parameters depend, have tokenizers.NAME.size pieces; those of a run are its own.`,
      ),
  run: async (args, context) => {
    const { stdout } = context;
    const { format = 'html', json = false } = args;
    const [first, ...words] = args.runs;
    if (first === KV_CACHE) {
      if (args.format !== undefined) throw new UsageError(`${KV_CACHE} is text, or --json`);
      const path = outputPath(args.out);
      checkOutput(path, [], context);
      const { reportKvCache } = await import('./report-kv-cache.ts');
      const text = reportKvCache(words, args);
      return void (path === undefined ? stdout.write(text) : writeFileAtomic(path, text));
    }
    const other = (['batch', 'context', 'dtype'] as const).find((option) => args[option] !== undefined);
    if (other !== undefined) throw new UsageError(`--${other} is of tx report ${KV_CACHE}`);
    const folders = findFolders(args.runs);
    const isPage = format === 'html' && !json;
    const path = outputPath(args.out ?? (isPage ? ownPage(folders) : undefined));
    checkOutput(path, [], context);
    const runs = readRunReports(folders);
    const write = (text: string) =>
      path === undefined ? void stdout.write(text) : writeFileAtomic(path, text);
    if (json) write(`${JSON.stringify(runs, null, 2)}\n`);
    else if (format === 'text') {
      const width = (path === undefined ? terminalWidth(stdout) : undefined) ?? PLAIN_WIDTH;
      const colors = pc.createColors(true);
      const bright = path === undefined &&
        isBright(stdout) && {
          paint: (text: string, color: number) => colors[COLORS[color % COLORS.length]!](text),
          bold: colors.bold,
        };
      write(formatRunText(runs, { width, ...bright }));
    } else {
      const { renderRunPage } = await import('../run-report/page.ts');
      write(renderRunPage(runs));
      if (path !== undefined) stdout.write(`${path}\n`);
    }
  },
});

/** The runs that the words stand for, each once. */
function findFolders(words: readonly string[]): RunFolder[] {
  const found = words.flatMap((word) => {
    if (!isFolder(word) || new RunFolder(word).hasRun()) return [findRun(word)];
    return findRunsIn(word);
  });
  return [...new Map(found.map((folder) => [resolve(folder.path), folder])).values()];
}

function ownPage(folders: readonly RunFolder[]): string {
  if (folders.length === 1) return folders[0]!.report;
  throw new UsageError(`${folders.length} runs: say where their page goes: --out report.html`);
}
