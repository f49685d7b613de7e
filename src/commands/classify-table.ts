// `tx classify` on a table: what a run tells of its rows, and how well that agrees with their labels.

import { formatColumns } from '../report/columns.ts';
import { formatFigure } from '../run/figures.ts';
import type { LabelledConfig } from '../tasks/labelled/config.ts';
import { sourceOf } from '../tasks/labelled/kinds.ts';
import { Predictor } from '../tasks/labelled/predictor.ts';
import {
  type LabelledSource,
  labelFieldOf,
  openRows,
  parseLabels,
  type Row,
} from '../tasks/labelled/splits.ts';
import type { Judgement } from '../tasks/labelled/target.ts';
import type { OpenRun } from '../tasks/open-run.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import type { TextArguments } from './answer-text.ts';
import type { Context } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { checkDecodeOptions } from './decode-options.ts';
import { isStdin } from './input.ts';
import { checkOutput, openOutput, outputPath } from './output.ts';
import { TaskBar } from './progress.ts';

interface TableArguments extends TextArguments {
  text?: string | undefined;
  pair?: string | undefined;
  label?: string | undefined;
  score: boolean;
  json: boolean;
  checkpoint?: string | undefined;
}

/** Whether the arguments say that the input is a table. */
export const isTable = ({ text, pair, label, score }: TableArguments): boolean =>
  score || [text, pair, label].some((column) => column !== undefined);

/** Prints what `format` makes of the rows, or figures; with both, what is told of rows goes to a file. */
export async function classifyTable(
  run: OpenRun<LabelledConfig>,
  args: TableArguments,
  context: Context,
  format: (predictor: Predictor, answer: unknown, row: Row) => string,
): Promise<void> {
  const { input, score, json, checkpoint, threads } = args;
  if (input === undefined || isStdin(input))
    throw new UsageError('a table is read from a file: name it with --input');
  checkDecodeOptions(args);
  const path = outputPath(args.output);
  checkOutput(path, [input], context);
  const source = tableOf(run.config, input, args);
  const signal = context.abortSignal();
  let done = 0;
  const cut = new CutLines(context.log, 'its end was cut off');
  const onTruncated = (row: number, tokens: number) => cut.add(`row ${done + row + 1}`, tokens);
  const predictor = await Predictor.load(run, { checkpoint, threads, onTruncated });
  const { target } = predictor;
  const output = score && path === undefined ? undefined : openOutput(path, context);
  const bar = new TaskBar(context.log);
  const kept: { answers: unknown[]; labels: unknown[] } = { answers: [], labels: [] };
  try {
    for await (const { rows, labels } of openRows(source)) {
      const found = score ? parseLabels(input, labels, target.parse, done) : [];
      const onProgress = (own: number) => bar.update('classifying', done + own, undefined);
      const answers = await predictor.predict(rows, { signal, onProgress });
      await output?.write(answers.map((answer, i) => format(predictor, answer, rows[i]!)).join(''));
      if (score) {
        kept.answers.push(...answers);
        kept.labels.push(...found);
      }
      done += rows.length;
    }
    if (done === 0) throw new UserError(`${input}: has no rows`);
    output?.finish();
  } catch (error) {
    const part = output?.leave();
    if (done > 0 && part !== undefined)
      context.log.warn(`ended early: ${formatCount(done)} rows are done, in ${part}`);
    throw error;
  } finally {
    bar.stop();
    cut.conclude();
    await predictor.release();
  }
  if (!score) return;
  const judgement = target.judge(kept.answers, kept.labels);
  context.stdout.write(
    json
      ? `${JSON.stringify({ rows: done, ...judgement.figures, ...judgement.results })}\n`
      : formatJudgement(done, judgement),
  );
}

/** The file with the columns of the run's validation set, or those that are named; without labels where none is asked. */
function tableOf(
  config: LabelledConfig,
  file: string,
  { text, pair, label, score }: TableArguments,
): LabelledSource {
  const own = sourceOf(config, 'valid')!;
  const files = [file];
  if (own.kind === 'conll') {
    if (pair !== undefined) throw new UsageError('--pair: the run reads single sentences');
    const word = text === undefined ? own.word : columnNumber('text', text);
    const tag = label === undefined ? own.tag : columnNumber('label', label);
    return { ...own, files, word, tag: score ? tag : word };
  }
  if (pair !== undefined && own.pair === undefined)
    throw new UsageError('--pair: the run reads single texts');
  const named = (column: string | undefined, otherwise: string | number | undefined) =>
    column === undefined ? otherwise : /^\d+$/.test(column) ? Number(column) : column;
  const field = labelFieldOf(own)!;
  const columns = {
    text: named(text, own.text)!,
    ...(own.pair !== undefined && { pair: named(pair, own.pair) }),
    ...(score && { [field]: named(label, own[field]) }),
  };
  if (new Set(Object.values(columns).map((column) => typeof column)).size > 1)
    throw new UsageError('give --text, --pair and --label all as names or all as numbers');
  return { kind: 'table', files, ...columns, separator: own.separator };
}

function columnNumber(option: string, column: string): number {
  if (/^\d{1,6}$/.test(column)) return Number(column);
  throw new UsageError(`--${option}: the run reads tagged words, whose columns have numbers, not ${column}`);
}

function formatJudgement(rows: number, { figures, results }: Judgement): string {
  const told = Object.entries(figures).map(([name, x]) => [name, formatFigure(name, x)]);
  const head = formatColumns([['rows', formatCount(rows)], ...told], new Set([1]));
  const table = (title: string, classes: NonNullable<Judgement['results']['classes']>) => {
    const rows = classes.map(({ name, expected, found, ...shares }) => [
      name,
      ...[shares.precision, shares.recall, shares.f1].map((x) => x.toFixed(4)),
      ...[expected, found].map(formatCount),
    ]);
    const heads = [title, 'precision', 'recall', 'F1', 'expected', 'found'];
    return `\n${formatColumns([heads, ...rows], new Set([1, 2, 3, 4, 5]))}`;
  };
  const { classes, entities } = results;
  return `${head}${entities ? table('entity', entities) : ''}${classes ? table('class', classes) : ''}`;
}
