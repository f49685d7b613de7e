// `tx tokenizer inspect`: what a tokenizer is, and how it fits a text.
import { isEncodable, MAX_CHARACTERS } from '../data/length-filter.ts';
import { formatColumns } from '../report/columns.ts';
import { type Coverage, CoverageCounter } from '../tokenizers/coverage.ts';
import { frameOf } from '../tokenizers/frame.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { UserError } from '../util/errors.ts';
import { formatCount, plural } from '../util/format.ts';
import { shorten } from '../util/quote.ts';
import type { Context } from './command.ts';
import { checkStdinOnce, describeInput, openLines } from './input.ts';
import { TaskBar } from './progress.ts';

const MOST_PIECES = 10;
const MAX_SHOWN = 40;

/** What is told of a tokenizer. */
interface Inspection {
  file: string;
  kind: string;
  size: number;
  special: Record<string, { id: number; piece: string }>;
  /** Special pieces before, between and after texts; null where nothing frames them. */
  frame: { start: string[]; between: string[]; end: string[] } | null;
  normalization: string;
  ignored: readonly string[];
  longest: string[];
  text?: Coverage & { piecesPerWord: number; charactersPerPiece: number };
}

export async function inspect(
  tokenizer: Tokenizer,
  file: string,
  texts: readonly string[],
  { json }: { json?: boolean | undefined },
  context: Context,
): Promise<void> {
  checkStdinOnce(texts);
  const found: Inspection = describe(tokenizer, file);
  if (texts.length > 0) found.text = await measure(tokenizer, texts, context);
  context.stdout.write(json ? `${JSON.stringify(found)}\n` : formatRows(found));
}

function describe(tokenizer: Tokenizer, file: string): Inspection {
  const { about, size, special } = tokenizer;
  const pieceOf = (id: number) => tokenizer.idToPiece(id) ?? '';
  const named = Object.entries(special).map(([name, id]) => [name, { id, piece: pieceOf(id) }] as const);
  const pieces = Array.from({ length: size }, (_, id) => pieceOf(id));
  const longest = pieces
    .sort((a, b) => [...b].length - [...a].length || (a < b ? -1 : 1))
    .slice(0, MOST_PIECES);
  const isFramed = tokenizer.frame !== undefined || special.sep !== undefined || special.eos !== undefined;
  const frame = isFramed ? frameOf(tokenizer) : undefined;
  return {
    file,
    kind: about.kind,
    size,
    special: Object.fromEntries(named),
    frame:
      frame === undefined
        ? null
        : {
            start: frame.start.map(pieceOf),
            between: frame.between.map(pieceOf),
            end: frame.end.map(pieceOf),
          },
    normalization: about.normalization,
    ignored: about.ignored,
    longest,
  };
}

async function measure(
  tokenizer: Tokenizer,
  files: readonly string[],
  context: Context,
): Promise<NonNullable<Inspection['text']>> {
  const counter = new CoverageCounter(tokenizer);
  const bar = new TaskBar(context.log);
  const signal = context.abortSignal();
  let [done, long] = [0, 0];
  try {
    for (const file of files) {
      for await (const lines of openLines(file, context, 'text', signal)) {
        for (const line of lines) {
          if (isEncodable(line)) counter.add(line);
          else long++;
        }
        bar.update(`reading ${describeInput(file)}`, (done += lines.length), undefined);
      }
    }
  } finally {
    bar.stop();
  }
  if (long > 0) {
    context.log.warn(
      `${plural(long, 'line')} of more than ${formatCount(MAX_CHARACTERS)} characters left out`,
    );
  }
  const coverage = counter.finish();
  const { words, pieces, characters } = coverage;
  if (words === 0) throw new UserError('there is no text to look at');
  return {
    ...coverage,
    piecesPerWord: pieces / words,
    charactersPerPiece: pieces === 0 ? 0 : characters / pieces,
  };
}

function formatRows({
  file,
  kind,
  size,
  special,
  frame,
  normalization,
  ignored,
  longest,
  text,
}: Inspection): string {
  const names = Object.entries(special).map(([name, { id, piece }]) => `${name} ${piece} (${id})`);
  const framed = frame && [...frame.start, 'a', ...frame.between, 'b', ...frame.end].join(' ');
  const rows = [
    ['tokenizer', file],
    ['kind', kind],
    ['pieces', formatCount(size)],
    ['special', names.join(', ') || 'none'],
    ['two texts', framed ?? 'are not framed'],
    ['before cutting', normalization],
    ...(ignored.length > 0 ? [['not done here', ignored.join(', ')]] : []),
    ['longest', longest.map((piece) => shorten(piece, MAX_SHOWN)).join(' ')],
    ...(text === undefined ? [] : coverageRows(text, size)),
  ];
  return formatColumns(rows, new Set());
}

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

function coverageRows(text: NonNullable<Inspection['text']>, size: number): string[][] {
  const { lines, words, characters, pieces, unknownPieces, unknownWords } = text;
  const unknown = unknownWords.map(({ word, count }) => `${shorten(word, MAX_SHOWN)} (${count})`);
  return [
    ['text', [plural(lines, 'line'), plural(words, 'word'), plural(characters, 'character')].join(', ')],
    ['is cut into', plural(pieces, 'piece')],
    ['pieces a word', text.piecesPerWord.toFixed(3)],
    ['characters a piece', text.charactersPerPiece.toFixed(2)],
    ['words of one piece', percent(text.wholeWords)],
    ['pieces used', `${formatCount(text.usedPieces)}, ${percent(text.usedPieces / size)}`],
    ['unknown', `${plural(unknownPieces, 'piece')}, ${percent(pieces === 0 ? 0 : unknownPieces / pieces)}`],
    ...(unknown.length === 0 ? [] : [['unknown words', unknown.join(' ')]]),
  ];
}
