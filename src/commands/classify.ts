// `tx classify`: what a run tells of texts: of arguments, of lines as they come, of the rows of a table.

import type { LabelledConfig } from '../tasks/labelled/config.ts';
import { formOf } from '../tasks/labelled/kinds.ts';
import { Predictor } from '../tasks/labelled/predictor.ts';
import { describeRow, type Row, type RowForm } from '../tasks/labelled/splits.ts';
import { openRun } from '../tasks/open-run.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { answerText, textOptions } from './answer-text.ts';
import { classifyTable, isTable } from './classify-table.ts';
import { defineCommand } from './command.ts';
import { checkDecodeOptions } from './decode-options.ts';
import { findRun } from './locate.ts';

const column = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

export const classify = defineCommand({
  command: 'classify <run> [texts..]',
  describe: 'Find classes, scores or tags for texts with a trained run',
  builder: (yargs) =>
    textOptions(yargs, 'Texts, one a line, of a pair with a tab between, or words between spaces')
      .positional('texts', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Texts, instead of lines of --input; of a run that reads pairs, two for each',
      })
      .option('text', column('The input is a table: its column of texts, by name or number from 0'))
      .option('pair', column("Of a table: the column of second texts [default: the run's]"))
      .option('label', column("Of a table: the column of labels, scores or tags [default: the run's]"))
      .option('score', {
        type: 'boolean',
        default: false,
        describe: 'Compare with the labels of a table, and print figures',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'One JSON object a text, with the probability of every class; of figures one in all',
      })
      .example('$0 classify runs/sst2 "A joy to watch."', 'The class of a text, and its probability')
      .example('$0 classify runs/sst2 -i reviews.txt --json', 'All probabilities, for each line')
      .example('$0 classify runs/rte -i new.tsv --text premise --pair claim', 'The rows of a table')
      .example('$0 classify runs/rte -i dev.tsv --score', 'Figures on a table with labels')
      .epilogue(
        'A table is a file of CSV, TSV or JSON Lines, or of a run that tags words of tagged words; its columns have the ' +
          "names that the run's data.valid has, unless options name others.",
      ),
  run: async (args, context) => {
    const run = openRun<LabelledConfig>(findRun(args.run), ['classification', 'regression', 'tagging']);
    const { checkpoint, threads, json, texts } = args;
    const form = formOf(run.config);
    const format = (predictor: Predictor, answer: unknown, row: Row) =>
      json
        ? `${JSON.stringify({ ...describeRow(form, row), ...(predictor.target.tell(answer) as object) })}\n`
        : predictor.target.print(answer, row);
    if (isTable(args)) {
      if (texts.length > 0) throw new UsageError('give texts as arguments or a table, not both');
      return classifyTable(run, args, context, format);
    }
    const load = (onTruncated: (line: number, tokens: number) => void) =>
      Predictor.load(run, { checkpoint, threads, onTruncated });
    if (texts.length > 0) {
      if (args.input !== undefined) throw new UsageError('give texts as arguments or --input, not both');
      if (args.output !== undefined) throw new UsageError('--output is for texts of --input');
      checkDecodeOptions(args);
      const rows = rowsOfArguments(form, texts);
      const predictor = await load((row, tokens) =>
        context.log.warn(`text ${row + 1}: ${tokens} tokens, more than the model takes; its end was cut off`),
      );
      try {
        const answers = await predictor.predict(rows, { signal: context.abortSignal() });
        for (const [i, answer] of answers.entries())
          context.stdout.write(format(predictor, answer, rows[i]!));
      } finally {
        await predictor.release();
      }
      return;
    }
    await answerText(args, context, {
      doing: 'classifying',
      consequence: 'its end was cut off',
      load,
      answer: async (predictor, { lines }, { place, ...options }) => {
        const rows = lines.map((line, i) => readLine(form, line, () => place(i)));
        const answers = await predictor.predict(rows, options);
        return answers.map((answer, i) => format(predictor, answer, rows[i]!)).join('');
      },
    });
  },
});

/** The rows that arguments make: a text each, or two each. */
function rowsOfArguments(form: RowForm, texts: readonly string[]): Row[] {
  if (form !== 'pair') return texts.map((text) => readLine(form, text, () => 'text'));
  if (texts.length % 2 !== 0)
    throw new UsageError(`the run reads pairs: give an even number of texts, not ${texts.length}`);
  return Array.from({ length: texts.length / 2 }, (_, i) => texts.slice(2 * i, 2 * i + 2));
}

/** The row of a line; a UserError where it is no pair although it should be one. */
function readLine(form: RowForm, line: string, place: () => string): Row {
  if (form === 'text') return [line];
  if (form === 'words') return line.split(/[ \t-\r]+/).filter((word) => word !== '');
  const row = line.split('\t');
  if (row.length === 2) return row;
  throw new UserError(`${place()}: the run reads pairs: two texts with a tab between, not ${row.length}`);
}
