// `tx parse`: sentences in, one a line; trees out, in order, in any form that `tx tree` has.
import { loadConfig } from '../config/load.ts';
import { TextTranslator } from '../predict/load-translator.ts';
import { systemSchema } from '../run/config.ts';
import { isEnglish } from '../run/parsing-task.ts';
import { exporterNames, type TreeItem } from '../trees/exporters/index.ts';
import { countRepairs, type RepairKind, type Repairs, repairKinds, sumRepairs } from '../trees/repair.ts';
import { escapeWord, writeTree } from '../trees/write.ts';
import { UsageError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { type Context, defineCommand } from './command.ts';
import { checkStdinOnce, describeInput, readInputLines } from './input.ts';
import { findRun } from './locate.ts';
import { TaskBar } from './progress.ts';
import { checkWritable, mergeDecode } from './translate.ts';
import { treeFormat, writeTrees } from './tree.ts';

export const parse = defineCommand({
  command: 'parse <run> [files..]',
  describe: 'Parse sentences with a trained run',
  builder: (yargs) =>
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
        describe: 'Where to write [default: standard output]',
      })
      .option('n-best', {
        type: 'number',
        requiresArg: true,
        describe: 'Trees of each sentence at most, each with the number of its line and its score',
      })
      .option('scores', {
        type: 'boolean',
        default: false,
        describe: 'Line numbers and scores without --n-best too',
      })
      .option('beam-size', {
        type: 'number',
        requiresArg: true,
        describe: "Hypotheses kept [default: the run's]",
      })
      .option('unconstrained', {
        type: 'boolean',
        default: false,
        describe: 'Let the model print what it will, and tell what had to be repaired',
      })
      .option('threads', {
        type: 'number',
        default: 0,
        requiresArg: true,
        describe: 'Threads; 0 is one a core',
      })
      .example(`echo "It doesn't rain." | $0 parse runs/ptb-sample`, 'Parse a sentence')
      .example('$0 parse runs/ptb-sample news.txt -o news.html', 'A page with folding trees')
      .example('$0 parse runs/ptb-sample words.txt --tokenized > parsed.mrg', 'Trees to score: tx eval-parse')
      .example('$0 parse runs/ptb-sample news.txt --n-best 3 -f json', 'Three trees each, with scores')
      .epilogue(
        'An empty line gives an empty line where trees stand one a line without numbers, elsewhere nothing.',
      ),
  run: async (args, context) => {
    const { run, files, tokenized, output: out, unconstrained, threads, nBest } = args;
    const folder = findRun(run);
    const config = loadConfig(folder.config, systemSchema).value;
    if (config.task !== 'parsing') {
      throw new UsageError(`${run}: is a run of the task ${config.task}; use tx translate`);
    }
    if (!tokenized && !isEnglish(config.data.srcLang)) {
      throw new UsageError(
        `only English can be split into words, not ${config.data.srcLang}; give words between spaces, and --tokenized`,
      );
    }
    const decode = mergeDecode(config.decode, { beamSize: args.beamSize, nBest });
    if (!Number.isInteger(threads) || threads < 0) {
      throw new UsageError('--threads expects a whole number of at least 0');
    }
    const format = treeFormat(args.json ? 'json' : args.format, out, context);
    if (out !== undefined) checkWritable(out);
    checkStdinOnce(files);
    const lines = await readSentences(files, context);
    const inputs = lines.map(({ text }) => (tokenized ? toWords(text) : text));
    const onTruncated = (line: number, tokens: number) =>
      context.log.warn(
        `${lines[line]!.place}: ${tokens} tokens, more than the model takes; words at the end have no constituents`,
      );
    const translator = await TextTranslator.load(folder, { decode, threads, onTruncated, unconstrained });
    const bar = new TaskBar(context.log);
    try {
      const results = await translator.translate(inputs, tokenized ? 'preprocessed' : 'raw', (done, total) =>
        bar.update('parsing', done, total),
      );
      const parses = results.map((hypotheses) =>
        hypotheses.flatMap(({ parse, score }) => (parse ? [{ ...parse, score }] : [])),
      );
      const isNumbered = args.scores || nBest !== undefined;
      if (format === 'bracket' && !isNumbered) {
        const text = parses.map(([best]) => `${best ? writeTree(best.tree) : ''}\n`).join('');
        if (out === undefined) context.stdout.write(text);
        else writeFileAtomic(out, text);
      } else {
        const items = parses.flatMap((found, i) =>
          found.map(({ tree, score }, n): TreeItem => {
            const item = { tree, index: i + 1, source: lines[i]!.text };
            return isNumbered ? { ...item, rank: n + 1, score } : item;
          }),
        );
        const title = files.map((file) => (file === '-' ? 'Trees' : file)).join(', ');
        writeTrees(items, { format, out, title }, context);
      }
      const repairs = parses.flat().map(({ repairs }) => repairs);
      if (unconstrained || repairs.some((counts) => countRepairs(counts) > 0)) {
        context.log.info(describeRepairs(repairs));
      }
    } finally {
      bar.stop();
      await translator.release();
    }
  },
});

interface Sentence {
  text: string;
  /** File and line, for messages. */
  place: string;
}

async function readSentences(files: readonly string[], context: Context): Promise<Sentence[]> {
  const sentences: Sentence[] = [];
  for (const file of files) {
    for (const [i, line] of (await readInputLines(file, context, 'sentences')).entries()) {
      sentences.push({ text: line, place: `${describeInput(file)}:${i + 1}` });
    }
  }
  return sentences;
}

/** A line of words in the form that trees hold: single spaces between them, no brackets in them. */
function toWords(line: string): string {
  return line
    .split(/[ \t-\r]+/)
    .filter((word) => word !== '')
    .map(escapeWord)
    .join(' ');
}

function describeRepairs(all: readonly Repairs[]): string {
  const repaired = all.filter((counts) => countRepairs(counts) > 0).length;
  const total = sumRepairs(all);
  const kinds = (Object.keys(total) as RepairKind[]).filter((kind) => total[kind] > 0);
  const rows = kinds.map((kind) => `  ${formatCount(total[kind])} ${repairKinds[kind]}`);
  return [`repaired trees: ${formatCount(repaired)} of ${formatCount(all.length)}`, ...rows].join('\n');
}
