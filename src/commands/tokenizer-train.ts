// `tx tokenizer train`: a tokenizer of text files, by options or by the entry of a config.
import type { Argv } from 'yargs';
import { explain } from '../config/check.ts';
import { isEncodable, MAX_CHARACTERS } from '../data/length-filter.ts';
import {
  beginTokenizer,
  isTrained,
  loadTokenizer,
  type TokenizerConfig,
  tokenizerSchema,
  trainedTypes,
} from '../tokenizers/index.ts';
import { NORMALIZATIONS } from '../tokenizers/normalize.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount, plural } from '../util/format.ts';
import type { Context } from './command.ts';
import { checkStdinOnce, openLines } from './input.ts';
import { loadTrainConfig } from './locate.ts';
import { checkOutput, outputPath } from './output.ts';
import { TaskBar } from './progress.ts';
import { chooseEntry, type OpenArguments } from './tokenizer-open.ts';

const group = 'Train:';

/** Options that are settings of an entry, beside its type, as the schemas call them. */
const SETTINGS = {
  size: {
    type: 'number',
    describe: 'Pieces, special ones included; of words and WordPieces, the most [default: 8000]',
  },
  characterCoverage: {
    type: 'number',
    describe: "bpe, wordpiece: share of the text's characters that have a piece [default: 1]",
  },
  minFrequency: {
    type: 'number',
    describe: 'wordpiece: how often a piece of several characters occurs at least [default: 2]',
  },
  lowercase: { type: 'boolean', describe: 'wordpiece: whether text is lower-cased [default: true]' },
  stripAccents: {
    type: 'boolean',
    describe: 'wordpiece: whether accents are taken off [default: as text is lower-cased]',
  },
} as const;
type Setting = keyof typeof SETTINGS;

const optionOf = (setting: string): string =>
  setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const TRAIN_OPTIONS = ['type', 'config', ...Object.keys(SETTINGS).map(optionOf)];

export function trainOptions<T>(yargs: Argv<T>) {
  const declared = yargs
    .option('type', { group, choices: trainedTypes, requiresArg: true, describe: 'The kind of pieces' })
    .option('config', {
      group,
      type: 'string',
      requiresArg: true,
      describe: "A config, by path or name, whose tokenizer's settings are taken; others go first",
    })
    .option('normalization', {
      choices: NORMALIZATIONS,
      requiresArg: true,
      describe:
        'bpe, word: form of text before it is cut, which the file does not say: it must be given with each use [default: identity]',
    });
  const options = Object.entries(SETTINGS).map(
    ([name, option]) => [optionOf(name), { group, ...option }] as const,
  );
  return declared.options(Object.fromEntries(options)) as typeof declared;
}

type TrainArguments = OpenArguments &
  Partial<Record<Setting, number | boolean>> & {
    args: string[];
    type?: string | undefined;
    output?: string | undefined;
    config?: string | undefined;
  };

export async function train(args: TrainArguments, context: Context): Promise<void> {
  const out = outputPath(args.output);
  if (out === undefined) throw new UsageError('give --output, the file in which the tokenizer is to be');
  const files = args.args.length === 0 ? ['-'] : args.args;
  checkStdinOnce(files);
  checkOutput(out, files, context);
  const entry = readEntry(args);
  const maker = beginTokenizer(entry);
  const signal = context.abortSignal();
  let [lines, long] = [0, 0];
  for (const file of files) {
    for await (const group of openLines(file, context, 'text', signal)) {
      for (const line of group) {
        lines++;
        if (isEncodable(line)) maker.add(line);
        else long++;
      }
    }
  }
  if (lines === 0) throw new UserError('there is no text to train on');
  if (long > 0) {
    context.log.warn(
      `${plural(long, 'line')} of more than ${formatCount(MAX_CHARACTERS)} characters left out`,
    );
  }
  const bar = new TaskBar(context.log);
  try {
    const onProgress = (done: number, total: number) => bar.update('training', done, total);
    await maker.finish(out, { onProgress, warn: (message) => context.log.warn(message) });
  } finally {
    bar.stop();
  }
  const { size, about } = loadTokenizer(out, entry);
  context.log.info(`${out}: ${formatCount(size)} pieces, ${about.kind}`);
}

/** The entry that the options ask for. */
function readEntry({ type, config, side, ...args }: TrainArguments): TokenizerConfig {
  if (config === undefined && type === undefined) {
    throw new UsageError(`give --type, one of ${trainedTypes.join(', ')}, or --config`);
  }
  if (config === undefined && side !== undefined) throw new UsageError('--side is for --config');
  const own = config === undefined ? { type } : ownEntry(config, side);
  if (type !== undefined && type !== own.type) {
    throw new UsageError(`--type ${type}: the tokenizer of ${config} is of type ${own.type}`);
  }
  const names = [...Object.keys(SETTINGS), 'normalization'] as (Setting | 'normalization')[];
  const given = names.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]] as const]));
  // What stands alone says all about itself, as far as it can.
  const defaults = own.type !== 'wordpiece' && { normalization: 'identity' };
  const parsed = tokenizerSchema.safeParse(
    { ...defaults, ...own, ...Object.fromEntries(given) },
    { error: explain },
  );
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    throw new UsageError(`--${optionOf(issue.keys[0]!)} is no setting of a tokenizer of type ${own.type}`);
  }
  const name = String(issue.path[0]);
  throw new UsageError(`--${optionOf(name)} ${args[name as Setting]}: ${issue.message}`);
}

function ownEntry(config: string, side: string | undefined): TokenizerConfig {
  const [name, entry] = chooseEntry(config, loadTrainConfig(config, []).config, side);
  if (!isTrained(entry))
    throw new UsageError(`${config}: tokenizers.${name} is given by a file, not trained`);
  return entry;
}
