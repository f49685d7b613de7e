// `tx parse`: sentences in, one a line; trees out, in order, in any form that `tx tree` has.
import type { ChartConfig } from '../tasks/chart/config.ts';
import { type OpenRun, openRun } from '../tasks/open-run.ts';
import { isEnglish, type ParsingConfig } from '../tasks/parsing.ts';
import {
  type AnyParsingConfig,
  isSearched,
  loadChartParser,
  loadSearchParser,
  refuseChartOptions,
  refuseSearchOptions,
} from '../tasks/sentence-parser.ts';
import { exporterNames, exporters, type TreeItem } from '../trees/exporters/index.ts';
import { readPartial } from '../trees/partial.ts';
import { escapeWord, writeTree } from '../trees/write.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import { answerLines, countLines } from './answer.ts';
import { defineCommand } from './command.ts';
import { CutLines } from './cut-lines.ts';
import {
  beamSizeOption,
  checkDecodeOptions,
  ensembleOption,
  lineOptions,
  mergeDecode,
} from './decode-options.ts';
import { isStdin } from './input.ts';
import { findRun } from './locate.ts';
import { checkOutput, outputPath } from './output.ts';
import { RepairCount } from './repair-count.ts';
import { terminalOptions, treeFormat } from './tree.ts';

/** Trees of a sentence that a chart is asked for at most. */
const MOST_TREES = 1000;

/** Forms that have room for the score of a tree, and for how sure its constituents are. */
const TELLING: readonly string[] = ['json', 'json-array'];

export const parse = defineCommand({
  command: 'parse <run> [files..]',
  describe: 'Parse sentences with a trained run',
  builder: (yargs) =>
    lineOptions(
      yargs
        .positional('run', {
          type: 'string',
          demandOption: true,
          describe: "A run's folder, or the config it was trained from",
        })
        .positional('files', {
          type: 'string',
          array: true,
          // Also what yargs puts in the place of a -.
          default: ['-'],
          describe: 'English sentences, one a line; - is standard input',
        })
        .option('tokenized', {
          type: 'boolean',
          default: false,
          describe: 'The words stand apart already, as a treebank splits them; in any language',
        })
        .option('partial', {
          type: 'boolean',
          default: false,
          describe: 'Words stand apart, with brackets around some that trees keep: (NP the (JJ old)) man .',
        })
        .option('format', {
          alias: 'f',
          type: 'string',
          requiresArg: true,
          describe: `One of ${exporterNames.join(', ')} [default: by --output's ending; unicode on a terminal; else bracket]`,
        })
        .option('json', { type: 'boolean', describe: 'The same as --format json' })
        .conflicts('json', 'format')
        .option('output', {
          alias: ['o', 'out'],
          type: 'string',
          requiresArg: true,
          describe: 'Where to write: FILE.part until all is done [default: standard output]',
        })
        .option('ensemble', ensembleOption)
        .option('beam-size', beamSizeOption)
        .option('n-best', {
          type: 'number',
          requiresArg: true,
          describe: 'Trees of each sentence at most, each with the number of its line and its score',
        })
        .option('scores', {
          type: 'boolean',
          default: false,
          describe: 'Line numbers and scores without --n-best too; in drawings what is not sure',
        })
        .option('unconstrained', {
          type: 'boolean',
          default: false,
          describe: 'Let the model print what it will, and tell what had to be repaired',
        }),
    )
      .example(`echo "It doesn't rain." | $0 parse runs/ptb-sample`, 'Parse a sentence')
      .example('$0 parse runs/ptb-sample news.txt -o news.html', 'A page with folding trees')
      .example('$0 parse runs/ptb-sample words.txt --tokenized > parsed.mrg', 'Trees to score: tx eval-parse')
      .example('$0 parse runs/ptb-sample news.txt --n-best 3 -f json', 'Three trees each, with scores')
      .example('echo "I saw (NP the man with hats) ." | $0 parse runs/chart --partial', 'Keep a phrase')
      .epilogue(
        'An empty line gives an empty line where trees stand one a line without numbers, elsewhere nothing.',
      ),
  run: async (args, context) => {
    const { run, files, partial, unconstrained, threads, nBest, bufferSize } = args;
    if (partial && args.tokenized)
      throw new UsageError('--partial has words apart already; leave --tokenized out');
    const tokenized = args.tokenized || partial;
    const out = outputPath(args.output);
    const folder = findRun(run);
    const opened = openRun<AnyParsingConfig>(folder, 'parsing');
    const { config } = opened;
    if (!tokenized && !isEnglish(config.data.lang)) {
      throw new UsageError(
        `only English can be split into words, not ${config.data.lang}; give words between spaces, and --tokenized`,
      );
    }
    const decode =
      'decode' in config ? mergeDecode(config.decode, { beamSize: args.beamSize, nBest }) : undefined;
    if (decode === undefined) {
      refuseSearchOptions({ 'beam-size': args.beamSize, unconstrained });
      refuseChartOptions(config as ChartConfig, { partial, 'n-best': nBest !== undefined && nBest > 1 });
    } else if (partial)
      throw new UsageError('--partial is for runs that score spans; this one writes trees token by token');
    const count = decode === undefined ? checkTrees(nBest) : 1;
    checkDecodeOptions(args);
    const format = treeFormat(args.json ? 'json' : args.format, out, context);
    checkOutput(out, files, context);
    const total = await countLines(files, context);
    let place = (line: number) => String(line);
    const cut = new CutLines(context.log, 'words at the end have no constituents');
    const onTruncated = (line: number, tokens: number) => cut.add(place(line), tokens);
    const isNumbered = args.scores || nBest !== undefined;
    const told = isNumbered || TELLING.includes(format);
    const settings = { checkpoint: args.checkpoint, threads, onTruncated, tokenized, told, count };
    const others = args.ensemble.map((name) => openRun<AnyParsingConfig>(findRun(name), 'parsing'));
    const odd = others.find((other) => isSearched(other) !== isSearched(opened));
    if (odd !== undefined)
      throw new UsageError(
        `${odd.folder.path}: is a parser of another form than ${folder.path}; an ensemble has one form`,
      );
    const parser = isSearched(opened)
      ? await loadSearchParser([opened, ...(others as OpenRun<ParsingConfig>[])], settings, {
          decode: decode!,
          unconstrained,
        })
      : await loadChartParser([opened, ...others] as OpenRun<ChartConfig>[], settings);
    const { document } = exporters[format];
    const title = files.map((file) => (isStdin(file) ? 'Trees' : file)).join(', ');
    const options = out === undefined ? terminalOptions(context) : {};
    const repairs = new RepairCount();
    /** The trees of a document that can only be written as a whole. */
    const kept: TreeItem[] = [];
    try {
      await answerLines(
        {
          inputs: files,
          output: out,
          bufferSize,
          total,
          doing: 'parsing',
          conclusion: () => (document.isSeparate ? [] : document(kept, { ...options, title })),
        },
        context,
        async (window, { place: placeOf, ...rest }) => {
          place = placeOf;
          const partials = partial
            ? window.lines.map((line, i) => at(place(i), () => readPartial(line)))
            : undefined;
          const given = partials?.map((one, i) => at(place(i), () => parser.resolve!(one)));
          const apart = tokenized ? window.lines.map(toWords) : window.lines;
          const sentences = partials?.map(({ words }) => words.join(' ')) ?? apart;
          for (const doubt of parser.doubts(sentences)) context.log.warn(doubt);
          const parses = await parser.parse(sentences, { ...rest, given });
          for (const parse of parses.flat()) repairs.add(parse.repairs);
          if (format === 'bracket' && !isNumbered) {
            return parses.map(([best]) => `${best ? writeTree(best.tree) : ''}\n`).join('');
          }
          const items = parses.flatMap((found, i) =>
            found.map(({ tree, score, confidence }, n): TreeItem => {
              const item = {
                tree,
                index: window.first + i + 1,
                source: partials ? sentences[i]! : window.lines[i]!,
                confidence,
              };
              if (isNumbered) return { ...item, rank: n + 1, score };
              return confidence === undefined ? item : { ...item, score };
            }),
          );
          if (document.isSeparate) {
            const isAll = window.first === 0 && window.isLast;
            return [...document(items, { ...options, count: isAll ? items.length : Infinity })].join('');
          }
          kept.push(...items);
          return '';
        },
      );
    } finally {
      cut.conclude();
      await parser.release();
    }
    if (unconstrained || repairs.repaired > 0) context.log.info(repairs.describe());
  },
});

/** A UserError's message after the place it is about. */
function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${place}: ${error.message}`) : error;
  }
}

/** What a chart is asked for. */
function checkTrees(count = 1): number {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_TREES) return count;
  throw new UsageError(`--n-best expects a whole number from 1 to ${formatCount(MOST_TREES)}, not ${count}`);
}

/** A line of words in the form that trees hold: single spaces between them, no brackets in them. */
function toWords(line: string): string {
  return line
    .split(/[ \t-\r]+/)
    .filter((word) => word !== '')
    .map(escapeWord)
    .join(' ');
}
