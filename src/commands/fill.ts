// `tx fill`: texts with hidden words in, the likeliest words out, line by line.
import { type LikelyWord, WordFiller } from '../tasks/word-filler.ts';
import { UserError } from '../util/errors.ts';
import { answerText, textOptions, textsPositional } from './answer-text.ts';
import { defineCommand } from './command.ts';
import { encoderPositional, findEncoder } from './locate.ts';

export const fill = defineCommand({
  command: 'fill <run> [texts..]',
  describe: 'Likely words for the hidden ones of a text, by an encoder',
  builder: (yargs) =>
    textOptions(yargs, 'Texts, one a line, with [MASK], or what the tokenizer calls it, for each hidden word')
      .positional('run', encoderPositional)
      .positional('texts', textsPositional)
      .option('top', { type: 'number', default: 5, requiresArg: true, describe: 'Words told of each place' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line' })
      .example(
        '$0 fill runs/bert "The capital of France is [MASK]."',
        'The likeliest words, with their probabilities',
      )
      .example('$0 fill runs/bert -i texts.txt --top 20 --json', 'For scripts'),
  run: async (args, context) => {
    const { checkpoint, threads, top, json } = args;
    const run = findEncoder(args.run);
    await answerText(args, context, {
      doing: 'filling',
      consequence: 'its end was cut off',
      load: (onTruncated) => WordFiller.load(run, { checkpoint, threads, top, onTruncated }),
      answer: async (filler, { lines }, options) => {
        const found = await filler.fill(lines, options);
        const without = found.findIndex((places) => places.length === 0);
        if (without >= 0)
          throw new UserError(`${options.place(without)}: has no hidden word; write ${filler.mask} for one`);
        return found
          .map((places, i) => (json ? formatJson(lines[i]!, places) : formatPlaces(places)))
          .join('');
      },
    });
  },
});

const formatJson = (text: string, places: readonly LikelyWord[][]): string =>
  `${JSON.stringify({ text, hidden: places })}\n`;

/** A line for each hidden word. */
const formatPlaces = (places: readonly LikelyWord[][]): string =>
  places
    .map(
      (words) =>
        `${words.map(({ piece, probability }) => `${piece} ${probability.toFixed(4)}`).join('\t')}\n`,
    )
    .join('');
