// `tx classify`: one text in, one class out, line by line.
import type { ClassificationConfig } from '../tasks/classification.ts';
import { openRun } from '../tasks/open-run.ts';
import { TextClassifier } from '../tasks/text-classifier.ts';
import { answerLines, countLines } from './answer.ts';
import { defineCommand } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { checkDecodeOptions, lineOptions } from './decode-options.ts';
import { findRun } from './locate.ts';
import { checkOutput, outputPath } from './output.ts';

export const classify = defineCommand({
  command: 'classify <run>',
  describe: 'Classify lines of text with a trained run',
  builder: (yargs) =>
    lineOptions(
      yargs
        .positional('run', {
          type: 'string',
          demandOption: true,
          describe: "A run's folder, or the config it was trained from",
        })
        .option('input', {
          alias: 'i',
          type: 'string',
          requiresArg: true,
          describe: 'Texts, one a line; - is standard input [default: standard input]',
        })
        .option('output', {
          alias: 'o',
          type: 'string',
          requiresArg: true,
          describe: 'Where to write: FILE.part until all is done [default: standard output]',
        })
        .option('json', {
          type: 'boolean',
          default: false,
          describe: 'One JSON object a line, with the probability of every class',
        }),
    )
      .example('echo "A joy to watch." | $0 classify runs/sst2', 'The class of a line, and its probability')
      .example('$0 classify runs/sst2 -i reviews.txt --json', 'All probabilities'),
  run: async (args, context) => {
    const { input = '-', threads, bufferSize } = args;
    const output = outputPath(args.output);
    const run = openRun<ClassificationConfig>(findRun(args.run), 'classification');
    checkDecodeOptions(args);
    checkOutput(output, [input], context);
    const total = await countLines([input], context);
    let first = 0;
    const cut = new CutLines(context.log, 'its end was cut off');
    const onTruncated = (line: number, tokens: number) => cut.add(`line ${first + line + 1}`, tokens);
    const classifier = await TextClassifier.load(run, { checkpoint: args.checkpoint, threads, onTruncated });
    try {
      await answerLines(
        { inputs: [input], output, bufferSize, total, doing: 'classifying' },
        context,
        async (window, options) => {
          first = window.first;
          const results = await classifier.classify(window.lines, options);
          return results
            .map(({ label, probabilities }, i) => {
              const text = window.lines[i]!;
              const byClass = Object.fromEntries(
                classifier.classes.map((name, c) => [name, probabilities[c]!]),
              );
              if (args.json) return `${JSON.stringify({ text, label, probabilities: byClass })}\n`;
              return `${label}\t${byClass[label]!.toFixed(4)}\n`;
            })
            .join('');
        },
      );
    } finally {
      cut.conclude();
      await classifier.release();
    }
  },
});
