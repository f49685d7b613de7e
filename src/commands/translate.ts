// `tx translate`: one line in, one line out, in order.
import { openRun } from '../tasks/open-run.ts';
import { TextTranslator, type Translation } from '../tasks/pairs/text-translator.ts';
import { buildTranslationText, type TranslationConfig } from '../tasks/translation.ts';
import { UsageError } from '../util/errors.ts';
import { answerLines, countLines } from './answer.ts';
import { defineCommand } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { checkDecodeOptions, decodeOptions, mergeDecode } from './decode-options.ts';
import { findRun } from './locate.ts';
import { checkOutput, outputPath } from './output.ts';

const textForms = ['raw', 'preprocessed'] as const;

export const translate = defineCommand({
  command: 'translate <run>',
  describe: 'Translate lines of text with a trained run',
  builder: (yargs) =>
    decodeOptions(
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
          describe: 'Text to translate; - is standard input [default: standard input]',
        })
        .option('output', {
          alias: 'o',
          type: 'string',
          requiresArg: true,
          describe: 'Where to write: FILE.part until all is done [default: standard output]',
        })
        .option('length-penalty', {
          type: 'number',
          requiresArg: true,
          describe: "Exponent of the length penalty [default: the run's]",
        })
        .option('n-best', {
          type: 'number',
          requiresArg: true,
          describe: 'Translations of each line, each after its line number and score',
        })
        .option('batch-tokens', { type: 'number', requiresArg: true, describe: 'Source tokens in a batch' })
        .option('input-text', {
          choices: textForms,
          default: 'raw' as const,
          describe: "Input as people write it, or as the run's preprocessing steps leave it",
        })
        .option('output-text', {
          choices: textForms,
          default: 'raw' as const,
          describe: 'Output as people write it, or as the model does',
        })
        .option('text', { type: 'string', hidden: true })
        .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line, with scores' }),
    )
      .example('echo "A house." | $0 translate runs/quickstart', 'Translate a line')
      .example('$0 translate runs/en-de -i test.en -o test.hyp --beam-size 8', 'Translate a file')
      .example(
        '$0 translate runs/en-de -i test.en --n-best 3 --json',
        'Three translations with their scores',
      ),
  run: async (args, context) => {
    if (args.text !== undefined) {
      throw new UsageError(
        '--text is two options now, one for each side: --input-text and --output-text (raw or preprocessed)',
      );
    }
    const { input = '-', threads, bufferSize, inputText } = args;
    const output = outputPath(args.output);
    const folder = findRun(args.run);
    const { beamSize, lengthPenalty, nBest, batchTokens } = args;
    const run = openRun<TranslationConfig>(folder, 'translation');
    const decode = mergeDecode(run.config.decode, { beamSize, lengthPenalty, nBest, batchTokens });
    checkDecodeOptions(args);
    checkOutput(output, [input], context);
    const total = await countLines([input], context);
    let first = 0;
    const cut = new CutLines(context.log, 'it was cut');
    const onTruncated = (line: number, tokens: number) => cut.add(`line ${first + line + 1}`, tokens);
    const translator = await TextTranslator.load(run, buildTranslationText(run.config), {
      checkpoint: args.checkpoint,
      decode,
      threads,
      onTruncated,
    });
    const check = translator.checkInput(inputText);
    const forms = { input: inputText, output: args.outputText };
    try {
      await answerLines(
        { inputs: [input], output, bufferSize, total, doing: 'translating' },
        context,
        async (window, options) => {
          first = window.first;
          for (const doubt of check.look(window.lines)) context.log.warn(doubt);
          const results = await translator.translate(window.lines, forms, options);
          return results
            .map((translations, i) => formatLine(first + i, window.lines[i]!, translations, args))
            .join('');
        },
      );
    } finally {
      cut.conclude();
      await translator.release();
    }
  },
});

function formatLine(
  index: number,
  source: string,
  translations: readonly Translation[],
  { json, nBest }: { json: boolean; nBest?: number | undefined },
): string {
  if (json) return `${JSON.stringify({ source, translations })}\n`;
  if (nBest === undefined) return `${translations[0]!.text}\n`;
  return translations.map(({ text, score }) => `${index + 1}\t${score.toFixed(4)}\t${text}\n`).join('');
}
