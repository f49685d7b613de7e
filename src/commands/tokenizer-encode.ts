// `tx tokenizer encode` and `decode`: lines to pieces and back.
import type { Argv } from 'yargs';
import { isEncodable, MAX_CHARACTERS } from '../data/length-filter.ts';
import type { Encoding, Tokenizer } from '../tokenizers/tokenizer.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import { quote } from '../util/quote.ts';
import { type AnswerContext, answerLines, countLines } from './answer.ts';
import type { Context } from './command.ts';
import { checkOutput, outputPath } from './output.ts';

const group = 'Encode, decode:';

export const ENCODE_OPTIONS = ['input', 'ids'] as const;

export function encodeOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('input', {
      group,
      alias: 'i',
      type: 'string',
      requiresArg: true,
      describe: 'Lines to encode or decode; - is standard input [default: standard input]',
    })
    .option('ids', { group, type: 'boolean', describe: 'Ids instead of pieces' })
    .option('offsets', {
      group,
      type: 'boolean',
      describe:
        'encode: a line for each piece, with its beginning and end in the text (UTF-16 code units) and the number of ' +
        'its word; an empty line after each text',
    });
}

export interface EncodeArguments {
  input?: string | undefined;
  output?: string | undefined;
  ids?: boolean | undefined;
  offsets?: boolean | undefined;
  json?: boolean | undefined;
}

/** Lines that are read before they are answered together. */
const BUFFER_SIZE = 1024;

export async function encodeLines(
  tokenizer: Tokenizer,
  texts: readonly string[],
  args: EncodeArguments,
  context: Context,
): Promise<void> {
  if (args.offsets && tokenizer.encodeWithOffsets === undefined) {
    throw new UsageError(
      '--offsets: this kind of tokenizer tells no places; WordPiece and byte-level BPE do',
    );
  }
  await answer(texts, args, context, (line, place) => {
    if (!isEncodable(line)) {
      throw new UserError(`${place()}: has more than ${formatCount(MAX_CHARACTERS)} characters; split it`);
    }
    return formatEncoding(tokenizer, line, args);
  });
}

function formatEncoding(
  tokenizer: Tokenizer,
  line: string,
  { ids: asIds, offsets, json }: EncodeArguments,
): string {
  const located: Encoding | undefined = offsets || json ? tokenizer.encodeWithOffsets?.(line) : undefined;
  const ids = located?.ids ?? tokenizer.encode(line);
  const pieces = ids.map((id) => tokenizer.idToPiece(id)!);
  if (json) {
    const places = located && {
      offsets: located.starts.map((start, i) => [start, located.ends[i]!]),
      words: located.words,
    };
    return `${JSON.stringify({ text: line, ids, pieces, ...places })}\n`;
  }
  const shown = asIds ? ids.map(String) : pieces;
  if (!offsets) return `${shown.join(' ')}\n`;
  const { starts, ends, words } = located!;
  return `${shown.map((piece, i) => `${piece}\t${starts[i]}\t${ends[i]}\t${words[i]}\n`).join('')}\n`;
}

export async function decodeLines(
  tokenizer: Tokenizer,
  texts: readonly string[],
  args: EncodeArguments,
  context: Context,
): Promise<void> {
  const readPiece = (word: string, place: () => string): number => {
    const id = args.ids ? Number(/^\d+$/.test(word) ? word : Number.NaN) : tokenizer.pieceToId(word);
    if (id !== undefined && tokenizer.idToPiece(id) !== undefined) return id;
    const advice = args.ids || !/^\d+$/.test(word) ? '' : '; --ids reads numbers';
    throw new UserError(
      `${place()}: ${quote(word)} is no ${args.ids ? 'id' : 'piece'} of the tokenizer${advice}`,
    );
  };
  await answer(texts, args, context, (line, place) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    const ids = words.map((word) => readPiece(word, place));
    const text = tokenizer.decode(ids);
    // A line in gives a line out.
    return args.json ? `${JSON.stringify({ ids, text })}\n` : `${text.replace(/[\r\n]+/g, ' ')}\n`;
  });
}

/** Answers texts of the command line, or lines of the input, each by itself; `place` tells where one stands. */
async function answer(
  texts: readonly string[],
  { input, output }: EncodeArguments,
  context: Context,
  format: (line: string, place: () => string) => string,
): Promise<void> {
  if (texts.length > 0) {
    if (input !== undefined) throw new UsageError('give lines as arguments or --input, not both');
    if (output !== undefined) throw new UsageError('--output is for lines of --input');
    context.stdout.write(texts.map((text, i) => format(text, () => `argument ${i + 1}`)).join(''));
    return;
  }
  const inputs = [input ?? '-'];
  const path = outputPath(output);
  checkOutput(path, inputs, context);
  const total = await countLines(inputs, context);
  const options = { inputs, output: path, bufferSize: BUFFER_SIZE, total, doing: 'cutting' };
  await answerLines(options, context, async ({ lines }, { place }: AnswerContext) =>
    lines.map((line, i) => format(line, () => place(i))).join(''),
  );
}
