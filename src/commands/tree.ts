// `tx tree`: the trees of a treebank in another form, drawn, or as a page; and how any command hands out trees.
import {
  type ExporterName,
  type ExportOptions,
  exporterName,
  exporterNames,
  exporterOf,
  exporters,
  type TreeItem,
} from '../trees/exporters/index.ts';
import {
  buildNormalizer,
  type NormalizationName,
  normalizationNames,
  normalizeSchema,
} from '../trees/normalize.ts';
import { readTrees } from '../trees/read.ts';
import { NO_TAG } from '../trees/tree.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount, plural } from '../util/format.ts';
import { suggest } from '../util/nearest.ts';
import { quote } from '../util/quote.ts';
import { type Context, defineCommand } from './command.ts';
import { checkStdinOnce, describeInput, readInputText } from './input.ts';
import { isPng, writePicture } from './picture.ts';

const standardSteps = normalizeSchema.parse(undefined);
const formats = exporterNames
  .map(
    (name) =>
      `  ${name.padEnd(12)}${exporters[name].endings.join(' ').padEnd(16)}${exporters[name].describe}`,
  )
  .join('\n');

export const tree = defineCommand({
  command: 'tree [files..]',
  describe: 'Draw the trees of a treebank, or write them in another format',
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        // Also what yargs puts in the place of a -.
        default: ['-'],
        describe: 'Trees in brackets; - is standard input',
      })
      .option('format', {
        alias: 'f',
        type: 'string',
        requiresArg: true,
        describe: `One of ${exporterNames.join(', ')} [default: by --output's ending; unicode on a terminal; else bracket]`,
      })
      .option('normalize', {
        type: 'string',
        array: true,
        describe: `Steps, in this order, of ${normalizationNames.join(', ')}; without a name: ${standardSteps.join(' ')}`,
      })
      .option('skip-bad', {
        type: 'boolean',
        default: false,
        describe: 'Leave out trees that cannot be read',
      })
      .option('first', { type: 'number', requiresArg: true, describe: 'So many trees at most' })
      .option('select', {
        type: 'string',
        requiresArg: true,
        describe: 'Only the trees of these numbers, counted from 1: 3,7-9',
      })
      .option('standalone', {
        type: 'boolean',
        describe:
          'For forest and tikz-qtree: a whole document [default]; --standalone=false: the pictures alone, to \\input',
      })
      .option('json', { type: 'boolean', describe: 'The same as --format json' })
      .conflicts('json', 'format')
      .option('output', {
        alias: ['o', 'out'],
        type: 'string',
        requiresArg: true,
        describe: 'Where to write; its ending says the format [default: standard output]',
      })
      .example('$0 tree wsj.mrg --select 3 --normalize', 'Draw the third tree without traces and functions')
      .example('$0 tree wsj.mrg --first 50 --output wsj.html', 'A page with folding trees')
      .example('$0 tree wsj.mrg --select 3 --output tree.tex', 'A LaTeX document')
      .example('$0 tree wsj.mrg --select 3 --output tree.png', 'A picture')
      .epilogue(`Formats:\n${formats}`),
  run: async (args, context) => {
    const { first, skipBad, standalone, output: out } = args;
    const named = args.json ? 'json' : args.format;
    const isPicture = named === undefined && isPng(out);
    const format = isPicture ? 'svg' : treeFormat(named, out, context);
    const normalize = buildNormalizer(args.normalize === undefined ? [] : checkSteps(args.normalize));
    const wanted = args.select === undefined ? undefined : parseSelection(args.select);
    if (first !== undefined && !(Number.isInteger(first) && first > 0)) {
      throw new UsageError('--first expects a whole number of at least 1');
    }
    if (standalone !== undefined && format !== 'forest' && format !== 'tikz-qtree') {
      throw new UsageError(`--standalone is for --format forest and tikz-qtree, not ${format}`);
    }
    const { files } = args;
    checkStdinOnce(files);
    const items: TreeItem[] = [];
    for (const file of files) {
      const name = describeInput(file);
      const text = await readInputText(file, context, 'trees');
      const onBad = (error: UserError) => context.log.warn(`left out: ${error.message}`);
      let untagged = 0;
      const onUntagged = () => untagged++;
      const trees = readTrees(text, { file: name, onUntagged, ...(skipBad && { onBad }) });
      if (untagged > 0) {
        context.log.warn(`${name}: ${plural(untagged, 'word')} without a tag, taken for (${NO_TAG} word)`);
      }
      if (trees.length === 0) throw new UserError(`${name}: has no trees`);
      for (const read of trees) items.push({ tree: read, index: items.length + 1 });
    }
    const chosen = wanted ? select(items, wanted) : items;
    const normalized = chosen.slice(0, first).flatMap((item) => {
      const left = normalize(item.tree);
      if (!left) context.log.warn(`tree ${item.index}: nothing is left of it; it is left out`);
      return left ? [{ ...item, tree: left }] : [];
    });
    const title = files.map((file) => (file === '-' ? 'Trees' : file)).join(', ');
    if (isPicture) await writePicture(out, [...exporters.svg.document(normalized, {})].join(''));
    else writeTrees(normalized, { format, out, standalone, title }, context);
  },
});

/**
 * The format that is named, or else that `out` ends in (brackets where it has no ending), or else what suits standard
 * output. A UsageError for a name or an ending that no format has.
 */
export function treeFormat(
  name: string | undefined,
  out: string | undefined,
  context: Context,
): ExporterName {
  if (name !== undefined) return exporterName(name);
  if (out === undefined) return isTerminal(context) ? 'unicode' : 'bracket';
  return exporterOf(out) ?? 'bracket';
}

/** Writes trees to the file `out`, whole or not at all, or to standard output as wide and colourful as it is. */
export function writeTrees(
  items: readonly TreeItem[],
  options: {
    format: ExporterName;
    out?: string | undefined;
    standalone?: boolean | undefined;
    title?: string;
  },
  context: Context,
): void {
  const { format, out, standalone, title } = options;
  const { document } = exporters[format];
  if (out !== undefined) {
    writeFileAtomic(out, toBytes(document(items, { standalone, title })));
    return;
  }
  const terminal = terminalOptions(context);
  for (const text of document(items, { ...terminal, standalone, title })) context.stdout.write(text);
}

/** How trees look on standard output: as wide and colourful as it is. */
export function terminalOptions(context: Context): ExportOptions {
  const { columns } = context.stdout as Partial<NodeJS.WriteStream>;
  const color = isTerminal(context) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return { columns, color };
}

function* toBytes(texts: Iterable<string>): Generator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const isTerminal = ({ stdout }: Context): boolean => (stdout as Partial<NodeJS.WriteStream>).isTTY === true;

function checkSteps(names: readonly string[]): readonly NormalizationName[] {
  if (names.length === 0) return standardSteps;
  for (const [i, name] of names.entries()) {
    if (!normalizationNames.some((known) => known === name)) {
      const hint = suggest(name, normalizationNames);
      throw new UsageError(`--normalize: unknown step ${quote(name)}; ${hint}`);
    }
    if (names.indexOf(name) < i) throw new UsageError(`--normalize: the step ${name} occurs twice`);
  }
  return names as readonly NormalizationName[];
}

interface Range {
  from: number;
  to: number;
}

/** `3,7-9` as ranges, both ends included. */
function parseSelection(text: string): Range[] {
  return text.split(',').map((part) => {
    const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const range = { from: Number(from), to: Number(to) };
    if (range.from >= 1 && range.to >= range.from && range.to <= Number.MAX_SAFE_INTEGER) return range;
    throw new UsageError(`--select expects numbers and ranges from 1 on, as in 3,7-9; found ${quote(part)}`);
  });
}

function select(items: readonly TreeItem[], wanted: readonly Range[]): TreeItem[] {
  const last = wanted.reduce((most, { to }) => Math.max(most, to), 0);
  if (last > items.length) {
    const trees = items.length === 1 ? 'there is one tree' : `there are ${formatCount(items.length)} trees`;
    throw new UserError(`--select: no tree ${last}; ${trees}`);
  }
  return items.filter(({ index }) => wanted.some(({ from, to }) => from <= index && index <= to));
}
