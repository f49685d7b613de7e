// `tx translate`: one line in, one line out, in order.
import { openRun } from '../tasks/open-run.ts';
import type { InputCheck } from '../tasks/pairs/input-check.ts';
import { TextTranslator, type Translation } from '../tasks/pairs/text-translator.ts';
import { buildTranslationText, type TranslationConfig } from '../tasks/translation.ts';
import { UsageError } from '../util/errors.ts';
import { answerText, textOptions } from './answer-text.ts';
import { defineCommand } from './command.ts';
import { ensembleOption, mergeDecode, searchOptions } from './decode-options.ts';
import { findRun } from './locate.ts';

const textForms = ['raw', 'preprocessed'] as const;

export const translate = defineCommand({
  command: 'translate <run>',
  describe: 'Translate lines of text with a trained run',
  builder: (yargs) =>
    searchOptions(
      textOptions(yargs, 'Text to translate'),
      'Translations of each line, each after its line number and score',
    )
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
      .option('ensemble', ensembleOption)
      .option('text', { type: 'string', hidden: true })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line, with scores' })
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
    const run = openRun<TranslationConfig>(findRun(args.run), 'translation');
    const { beamSize, lengthPenalty, nBest, batchTokens, checkpoint, threads, inputText } = args;
    const decode = mergeDecode(run.config.decode, { beamSize, lengthPenalty, nBest, batchTokens });
    const ensemble = args.ensemble.map((name) => openRun<TranslationConfig>(findRun(name), 'translation'));
    const forms = { input: inputText, output: args.outputText };
    let check: InputCheck | undefined;
    await answerText(args, context, {
      doing: 'translating',
      consequence: 'it was cut',
      load: (onTruncated) => {
        const settings = { checkpoint, decode, threads, onTruncated, ensemble };
        return TextTranslator.load(run, buildTranslationText(run.config), settings);
      },
      answer: async (translator, { lines, first }, options) => {
        check ??= translator.checkInput(inputText);
        for (const doubt of check.look(lines)) context.log.warn(doubt);
        const results = await translator.translate(lines, forms, options);
        return results.map((found, i) => formatLine(first + i, lines[i]!, found, args)).join('');
      },
    });
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
