// The options of `tx inspect`, and which of them belong to what it shows.
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { mapKinds } from '../inspect/inspection.ts';
import { extras } from '../inspect/json.ts';
import { mapFigures } from '../inspect/map-figures.ts';
import { planes } from '../inspect/word-planes.ts';
import { ablations } from '../tasks/inspected/ablations.ts';
import { UsageError } from '../util/errors.ts';
import { threadsOption } from './decode-options.ts';
import { checkpointOption, encoderPositional } from './locate.ts';
import { outputPath } from './output.ts';
import { isFigure } from './picture.ts';

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;
const number = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const;
const flag = (describe: string) => ({ type: 'boolean', describe }) as const;

/** What there is to show, and the options of each beside those of all. */
const SHOWS = {
  attention: [
    ...['pair', 'target', 'line', 'attention', 'map', 'layer', 'head', 'words', 'without-special', 'with'],
    ...['compare', 'compare-checkpoint', 'compare-input'],
  ],
  masks: ['pair', 'line', 'top'],
  saliency: ['pair', 'target', 'line', 'at', 'token', 'class', 'span'],
  neighbours: ['pair', 'target', 'line', 'at', 'token', 'top'],
  word: ['word', 'tagged', 'labels', 'tagger', 'conll', 'by-sentence', 'plane', 'layer'],
  positions: ['target', 'length'],
  heads: ['target', 'ablate', 'labelled'],
  alignments: ['target', 'gold', 'layer', 'head'],
  selectors: ['line', 'program'],
} as const satisfies Record<string, readonly string[]>;
export type Show = keyof typeof SHOWS;
const shows = Object.keys(SHOWS) as Show[];

/** The pictures of each, the first by default. */
const FIGURES = {
  attention: ['map', 'lines', 'heads'],
  masks: ['tokens'],
  saliency: ['integrated', 'gradient'],
  neighbours: [],
  word: ['plane', 'layers'],
  positions: ['cosines', 'distances', 'waves'],
  heads: ['gradient', 'ablation'],
  alignments: [],
  selectors: ['pairs', 'heads', 'agreement'],
} as const satisfies Record<Show, readonly string[]>;
/** What a picture of one of them may be of. */
export type FigureOf<Name extends Show> = (typeof FIGURES)[Name][number];
export type AttentionFigure = FigureOf<'attention'>;

export const inspectOptions = (yargs: Argv) =>
  yargs
    .positional('run', encoderPositional)
    .option('show', {
      choices: shows,
      default: 'attention' as const,
      describe:
        'attention: who looks at whom; masks: what an encoder takes each token for, hidden in turn; saliency: which ' +
        'tokens speak for a token or class that is told; neighbours: the pieces nearest to a token, layer by layer; ' +
        'word: a word in many sentences; positions: how places are told apart, and what they are worth; heads: what they do ' +
        'over many texts; alignments: words that cross-attention links; selectors: those of a RASP-L program beside the ' +
        'heads of a run on made-up problems',
    })
    .option('input', {
      ...text('The text; with --line a file; word, positions, heads, alignments: a file of texts'),
      alias: 'i',
    })
    .option('pair', text('Encoders: a second text beside it; with --line a file'))
    .option(
      'target',
      text(
        'Translation, parsing: the target to look at; with --line, and where --input is a file of texts, a file [default: its own output]',
      ),
    )
    .option(
      'line',
      number(
        'Read this line, from 1, of the files that --input, --pair and --target name; - is standard input',
      ),
    )
    .option('attention', {
      choices: mapKinds,
      describe: 'Which attention to show [default: cross where there is, else the only one]',
    })
    .option('map', {
      choices: mapFigures,
      describe:
        'What is drawn: weights; norms, the lengths of what tokens give one another; rollout or flow, through all layers ' +
        'up to --layer [default: weights]',
    })
    .option(
      'layer',
      number('Only this layer, from 1 [default: all; in characters the last]; word: 0 has the embeddings'),
    )
    .option('head', number('Show this head, from 1 [default: the mean of all]'))
    .option('words', flag('Join the pieces of words: sums over keys, means over queries'))
    .option('without-special', flag('Leave special tokens out, and make the rest of each row 1 again'))
    .option('top', number('masks, neighbours: pieces told of each place [default: 5]'))
    .option(
      'at',
      number(
        'saliency, neighbours: the token at this place, from 1 [default: the first; of text that is written the last]',
      ),
    )
    .option(
      'token',
      text(
        'saliency: explain this piece instead of the one that is there; neighbours: of this piece, without a text',
      ),
    )
    .option('class', text('saliency: explain this class, tag or label [default: the likeliest]'))
    .option(
      'span',
      text(
        'saliency, parsers by a chart: explain the score of these words, such as 2-4, from 1 [default: all]',
      ),
    )
    .option('word', text('word: which; case and what stands around words make no difference'))
    .option('tagged', flag('word: lines are a tag, a tab and a sentence; each tag has a colour'))
    .option('labels', text('word: a file with a label for each line; each label has a colour'))
    .option('tagger', text('word: a run of tagging; each tag that it gives the word has a colour'))
    .option(
      'conll',
      number(
        'word: --input is a CoNLL file, and the tag of a word stands in this column, from 0; each tag has a colour',
      ),
    )
    .option('by-sentence', flag('word: each line has a colour'))
    .option('plane', {
      choices: planes,
      describe: 'word: by principal components or UMAP; pages and JSON have both [default: pca]',
    })
    .option('length', number('positions: places compared [default: 64]'))
    .option('ablate', {
      choices: ablations,
      describe:
        'heads: also leave each out, for nothing or for the mean of what it gives, and score the texts',
    })
    .option(
      'labelled',
      flag(
        "heads, of runs that classify, score or tag: --input is a file with labels, with the columns of the run's data.valid, " +
          'and heads are held against them',
      ),
    )
    .option('gold', text("alignments: a file of given links in Pharaoh's form, 0-0 1p2, line by line"))
    .option(
      'program',
      text(
        'selectors: a .rasp file, or the name of one that comes with tx [default: the shortest that solves the problems]',
      ),
    )
    .option('compare', text('Pages and pictures of attention: another run or folder beside this one'))
    .option(
      'compare-checkpoint',
      text('Pages and pictures of attention: another checkpoint, of --compare or of this run'),
    )
    .option(
      'compare-input',
      text('Pages and pictures of attention: another input beside this one; with --line another file'),
    )
    .option('json', flag('All that was found, for scripts'))
    .option('with', text(`With --json: more, between commas, of ${extras.join(', ')}`))
    .option('output', {
      ...text(
        'Where to write; what ends with .html is a page with all of it, with .svg or .png a picture [default: standard output]',
      ),
      alias: 'o',
    })
    .option('figure', {
      choices: [...new Set(Object.values(FIGURES).flat())],
      describe: `With --output .svg or .png: which picture; ${shows
        .filter((show) => FIGURES[show].length > 0)
        .map((show) => `${show}: ${FIGURES[show].join(', ')}`)
        .join('; ')} [default: the first]`,
    })
    .option('checkpoint', checkpointOption)
    .option('threads', threadsOption);

export type InspectArgs =
  ReturnType<typeof inspectOptions> extends Argv<infer Options> ? ArgumentsCamelCase<Options> : never;

/** A UsageError for an option, or a picture, of something else than what is shown. */
export function checkShown(args: InspectArgs): void {
  const given = args as Record<string, unknown>;
  const own: readonly string[] = SHOWS[args.show];
  const stray = Object.values(SHOWS)
    .flat()
    .find((name) => given[name] !== undefined && !own.includes(name));
  if (stray !== undefined) {
    const others = shows.filter((show) => SHOWS[show].some((name) => name === stray));
    throw new UsageError(`--${stray} is for --show ${others.join(', ')}, not for ${args.show}`);
  }
  const figures: readonly string[] = FIGURES[args.show];
  const isDrawn = !args.json && isFigure(outputPath(args.output));
  if (isDrawn && figures.length === 0)
    throw new UsageError(`--output: --show ${args.show} has no picture; write a page, which ends with .html`);
  if (args.figure === undefined) return;
  if (!isDrawn)
    throw new UsageError('--figure is for pictures; give --output a name that ends with .svg or .png');
  if (!figures.includes(args.figure))
    throw new UsageError(
      `--figure: --show ${args.show} has no ${args.figure}; there ${figures.length === 1 ? 'is' : 'are'} ${figures.join(', ')}`,
    );
}

/** Which picture is asked for. */
export const figureOf = <Name extends Show>(show: Name, { figure }: InspectArgs): FigureOf<Name> =>
  (figure ?? FIGURES[show][0]) as FigureOf<Name>;
