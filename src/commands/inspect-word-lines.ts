// The sentences of `tx inspect --show word`, and what their colours tell: a tag of each, of its words, or its line.
import { BETWEEN, readConll } from '../data/sources/conll.ts';
import { tagWords } from '../tasks/inspected/tagger.ts';
import { hasWord, type TaggedLine } from '../tasks/inspected/word-vectors.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { plural } from '../util/format.ts';
import type { Context } from './command.ts';
import { checkStdinOnce, describeInput, readInputLines } from './input.ts';
import type { InspectArgs } from './inspect-options.ts';
import { findRun } from './locate.ts';

/** The options that say what colours tell. */
const COLOURS = ['tagged', 'labels', 'tagger', 'conll', 'by-sentence'] as const;

/** A UsageError where more than one of them is given. */
export function checkColours(args: InspectArgs): void {
  const [first, second] = COLOURS.filter((name) => args[name] !== undefined && args[name] !== false);
  if (second !== undefined)
    throw new UsageError(`--${first} and --${second} both say what colours tell; give one of them`);
}

/** Errors name the line that has no tag, or has too few columns. */
export async function readSentences(
  path: string,
  word: string,
  args: InspectArgs,
  context: Context,
): Promise<TaggedLine[]> {
  const { tagged = false, labels, tagger, conll, bySentence = false, threads } = args;
  if (conll !== undefined) return readColumns(path, conll);
  checkStdinOnce([path, labels]);
  const texts = await readInputLines(path, context, 'sentences');
  const lines = texts.map((text, i): TaggedLine => ({ line: i + 1, text }));
  if (tagged) return lines.map((one) => splitTag(one, describeInput(path)));
  if (bySentence) return lines.map((one) => ({ ...one, tag: `line ${one.line}` }));
  if (labels !== undefined) {
    const given = await readInputLines(labels, context, 'labels');
    if (given.length !== lines.length)
      throw new UserError(
        `${describeInput(labels)}: has ${plural(given.length, 'line')}; ${describeInput(path)} has ${lines.length}`,
      );
    return lines.map((one, i) => ({ ...one, tag: given[i]!.trim() }));
  }
  if (tagger === undefined) return lines;
  const own = lines.filter(({ text }) => hasWord(text, word));
  const signal = context.abortSignal();
  const words = await tagWords(
    findRun(tagger),
    own.map(({ text }) => text),
    { threads, signal },
  );
  return own.map((one, i) => ({ ...one, words: words[i]! }));
}

function splitTag({ line, text }: TaggedLine, name: string): TaggedLine {
  const tab = text.indexOf('\t');
  if (tab >= 0) return { line, tag: text.slice(0, tab), text: text.slice(tab + 1) };
  throw new UserError(`${name}:${line}: has no tag; --tagged takes a tag, a tab and a sentence`);
}

/** Sentences of a CoNLL file, counted from 1. Words stand in the first column, of .conllu files in the second. */
async function readColumns(path: string, tag: number): Promise<TaggedLine[]> {
  if (!(Number.isInteger(tag) && tag >= 0))
    throw new UsageError(`--conll expects the number of a column, from 0, not ${tag}`);
  if (path === '-') throw new UsageError('--conll reads a file, not standard input');
  const word = /\.conllu(\.gz)?$/.test(path) ? 1 : 0;
  const lines: TaggedLine[] = [];
  for await (const { words, tags } of readConll({ files: [path], word, tag })) {
    for (const [i, joined] of words.entries()) {
      const own = joined.split(BETWEEN);
      const given = tags[i]!.split(BETWEEN);
      lines.push({
        line: lines.length + 1,
        text: own.join(' '),
        words: own.map((text, w) => ({ text, tag: given[w]! })),
      });
    }
  }
  return lines;
}
