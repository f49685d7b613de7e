// `tx classify`: one text in, one class out, line by line.
import type { ClassificationConfig } from '../tasks/classification.ts';
import { openRun } from '../tasks/open-run.ts';
import { TextClassifier } from '../tasks/text-classifier.ts';
import { answerText, textOptions } from './answer-text.ts';
import { defineCommand } from './command.ts';
import { findRun } from './locate.ts';

export const classify = defineCommand({
  command: 'classify <run>',
  describe: 'Classify lines of text with a trained run',
  builder: (yargs) =>
    textOptions(yargs, 'Texts, one a line')
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'One JSON object a line, with the probability of every class',
      })
      .example('echo "A joy to watch." | $0 classify runs/sst2', 'The class of a line, and its probability')
      .example('$0 classify runs/sst2 -i reviews.txt --json', 'All probabilities'),
  run: async (args, context) => {
    const run = openRun<ClassificationConfig>(findRun(args.run), 'classification');
    const { checkpoint, threads, json } = args;
    await answerText(args, context, {
      doing: 'classifying',
      consequence: 'its end was cut off',
      load: (onTruncated) => TextClassifier.load(run, { checkpoint, threads, onTruncated }),
      answer: async (classifier, { lines }, options) => {
        const results = await classifier.classify(lines, options);
        return results
          .map(({ label, probabilities }, i) => {
            const byClass = Object.fromEntries(
              classifier.classes.map((name, c) => [name, probabilities[c]!] as const),
            );
            if (json) return `${JSON.stringify({ text: lines[i]!, label, probabilities: byClass })}\n`;
            return `${label}\t${byClass[label]!.toFixed(4)}\n`;
          })
          .join('');
      },
    });
  },
});
