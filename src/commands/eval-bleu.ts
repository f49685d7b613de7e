// `tx eval-bleu`: corpus BLEU of a file of translations against files of references, reported as sacreBLEU does.
import { type BleuOptions, bleuOptions, buildBleu } from '../metrics/bleu.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { decodeUtf8, readTextFile, splitLines } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { defineCommand, readStdin } from './command.ts';

const defaults = bleuOptions.parse({});
const { tokenize, smoothMethod } = bleuOptions.shape;

export const evalBleu = defineCommand({
  command: 'eval-bleu',
  describe: 'Score translations with BLEU, as sacreBLEU computes it',
  builder: (yargs) =>
    yargs
      .option('hyp', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Translations, one a line; - is standard input',
      })
      .option('ref', {
        type: 'string',
        array: true,
        demandOption: true,
        requiresArg: true,
        describe: 'References, line by line for the translations; one file or several',
      })
      .option('json', { type: 'boolean', default: false, describe: "Print JSON with sacreBLEU's fields" })
      .option('tokenize', {
        choices: tokenize.unwrap().options,
        default: defaults.tokenize,
        describe: 'Tokenizer',
      })
      .option('lowercase', { type: 'boolean', default: defaults.lowercase, describe: 'Ignore case' })
      .option('smooth', {
        choices: smoothMethod.unwrap().options,
        default: defaults.smoothMethod,
        describe: 'Smoothing of n-gram orders without a match',
      })
      .option('smooth-value', { type: 'number', describe: 'For --smooth floor (0.1) and add-k (1)' })
      .example('$0 eval-bleu --hyp out.en --ref test.en', 'Score a file')
      .example('$0 eval-bleu --hyp out.en --ref a.en b.en --json', 'Two references, JSON')
      .example('$0 eval-bleu --hyp - --ref test.en < out.en', 'Score what is piped in'),
  run: async (args, context) => {
    if (args.smoothValue !== undefined && !(args.smoothValue >= 0)) {
      throw new UsageError('--smooth-value must be at least 0');
    }
    if (args.smoothValue !== undefined && args.smooth !== 'floor' && args.smooth !== 'add-k') {
      throw new UsageError(`--smooth-value is for --smooth floor and add-k; ${args.smooth} takes no value`);
    }
    const hyp = args.hyp === '-' ? 'standard input' : args.hyp;
    const hyps = splitLines(args.hyp === '-' ? decodeUtf8(await readStdin(context), hyp) : readTextFile(hyp));
    if (hyps.length === 0) throw new UserError(`${hyp}: has no lines to score`);
    const refs = args.ref.map((ref) => {
      const lines = splitLines(readTextFile(ref));
      if (lines.length === hyps.length) return lines;
      const counts = `${hyp} has ${count(hyps)}, ${ref} has ${count(lines)}`;
      throw new UserError(`${counts}: each line needs its reference`);
    });
    const options = {
      tokenize: args.tokenize,
      lowercase: args.lowercase,
      smoothMethod: args.smooth,
      smoothValue: args.smoothValue,
    };
    context.stdout.write(`${formatBleu(hyps, refs, options, args.json)}\n`);
  },
});

/** The score of `hyps`: sacreBLEU's line, or its JSON with more digits of the score. */
function formatBleu(hyps: string[], refs: string[][], options: Partial<BleuOptions>, json: boolean): string {
  const bleu = buildBleu(options);
  const score = bleu.score(hyps, refs);
  const signature = bleu.signature(refs.length);
  if (!json) return score.format(signature);
  // `BLEU = 12.34 50.0/…`: what follows the score.
  const verbose = score.format().split(' ').slice(3).join(' ');
  const settings = Object.fromEntries(signature.split('|').map((setting) => setting.split(':', 2)));
  // Ten decimals hide what floating point adds to a score of 100.
  const value = Number(score.score.toFixed(10));
  return JSON.stringify(
    { name: score.name, score: value, signature, verbose_score: verbose, ...settings },
    null,
    1,
  );
}

function count(lines: string[]): string {
  return `${formatCount(lines.length)} ${lines.length === 1 ? 'line' : 'lines'}`;
}
