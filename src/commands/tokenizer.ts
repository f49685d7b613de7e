// `tx tokenizer`: tokenizers of every kind, trained, used and looked at without a model.
import type { Argv } from 'yargs';
import { UsageError } from '../util/errors.ts';
import { defineCommand } from './command.ts';
import { decodeLines, ENCODE_OPTIONS, encodeLines, encodeOptions } from './tokenizer-encode.ts';
import { inspect } from './tokenizer-inspect.ts';
import { NORMALIZATION, openGiven } from './tokenizer-open.ts';
import { TRAIN_OPTIONS, train, trainOptions } from './tokenizer-train.ts';

/** The options that each of them takes, beside those of all. */
const OPTIONS = {
  train: [...TRAIN_OPTIONS, 'output', 'side', NORMALIZATION],
  encode: [...ENCODE_OPTIONS, 'offsets', 'output', 'side', NORMALIZATION, 'json'],
  decode: [...ENCODE_OPTIONS, 'output', 'side', 'json'],
  inspect: ['side', NORMALIZATION, 'json'],
} as const;
type What = keyof typeof OPTIONS;
const whats = Object.keys(OPTIONS) as What[];

const declare = (yargs: Argv) =>
  encodeOptions(
    trainOptions(
      yargs
        .positional('what', {
          choices: whats,
          demandOption: true,
          describe:
            'train: make one of text; encode: cut text into pieces; decode: put pieces together; inspect: tell what ' +
            'it is and how it fits a text',
        })
        .positional('args', {
          type: 'string',
          array: true,
          default: [] as string[],
          describe:
            'train: text files, - is standard input. Others: the tokenizer (a file, a folder that has one, or a run), ' +
            'then encode, decode: lines, instead of those of --input; inspect: text files',
        })
        .option('output', {
          alias: ['o', 'out'],
          type: 'string',
          requiresArg: true,
          describe:
            'Where to write. train: the tokenizer; encode, decode: lines, into FILE.part until all is done ' +
            '[default: standard output]',
        })
        .option('side', {
          type: 'string',
          requiresArg: true,
          describe:
            'Of several tokenizers of a run or a config: the one of this side of the text, or of this name',
        })
        .option('json', {
          type: 'boolean',
          describe: 'One JSON object a line, or one of all that inspect tells',
        }),
    ),
  );

export const tokenizerCommand = defineCommand({
  command: 'tokenizer <what> [args..]',
  describe: 'Train a tokenizer, cut text with one and put it together, or look into it',
  builder: (yargs) =>
    declare(yargs)
      .example('$0 tokenizer train a.txt b.txt --type wordpiece --size 8000 --out t.json', 'Train WordPieces')
      .example('$0 tokenizer encode t.json "It is cold." --offsets', 'Pieces, ids, and where they stand')
      .example('$0 tokenizer encode runs/en-de --side src -i a.en --ids', "Ids by a run's tokenizer")
      .example('$0 tokenizer decode bert/vocab.txt --ids "7592 2088"', 'Text of ids')
      .example(
        '$0 tokenizer inspect minilm/ news.txt',
        "A tokenizer of Hugging Face's, and how it fits a text",
      ),
  run: async (args, context) => {
    const { what } = args;
    const given = args as Record<string, unknown>;
    const all = new Set(Object.values(OPTIONS).flat());
    const stray = [...all].find(
      (name) => given[name] !== undefined && !OPTIONS[what].includes(name as never),
    );
    if (stray !== undefined) throw new UsageError(`--${stray} is no option of tx tokenizer ${what}`);
    if (what === 'train') return train(args, context);
    const [name, ...rest] = args.args;
    if (name === undefined) throw new UsageError(`give a tokenizer: a file, a folder that has one, or a run`);
    const tokenizer = openGiven(name, args);
    if (what === 'encode') await encodeLines(tokenizer, rest, args, context);
    else if (what === 'decode') await decodeLines(tokenizer, rest, args, context);
    else await inspect(tokenizer, name, rest, args, context);
  },
});
