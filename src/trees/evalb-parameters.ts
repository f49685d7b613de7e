// The parameter files (`.prm`) of EVALB (Sekine and Collins 1997, with the quote labels of Ellis 2006), and the two
// sets that need no file, as they are or with changes that a config makes. One keyword and its value a line; a line that starts with # is a comment.
import { z } from 'zod';
import { UsageError } from '../util/errors.ts';
import { suggest } from '../util/nearest.ts';
import { quote } from '../util/quote.ts';

export interface EvalbParameters {
  /** 1: the report shows the words and brackets of each sentence; 2: and those brackets that differ. */
  readonly debug: number;
  /** EVALB gives up at the second error beyond this many. */
  readonly maxErrors: number;
  /** The second summary is of gold sentences of at most so many words. */
  readonly cutoffLength: number;
  /** Whether brackets match by label and span, or by span alone. */
  readonly labeled: boolean;
  /** Words under these tags go, and brackets of these labels do not count; what is under them stays. */
  readonly deleteLabels: ReadonlySet<string>;
  /** Words under these tags do not count in a sentence's length. */
  readonly deleteLabelsForLength: ReadonlySet<string>;
  /** Tags a quotation mark can have: one side may keep as a word what the other deletes. */
  readonly quoteLabels: ReadonlySet<string>;
  readonly equalLabels: readonly Pair[];
  readonly equalWords: readonly Pair[];
}

type Pair = readonly [string, string];

/** EVALB without a parameter file: nothing is deleted, nothing is equal. */
const bare: EvalbParameters = {
  debug: 0,
  maxErrors: 10,
  cutoffLength: 40,
  labeled: true,
  deleteLabels: new Set(),
  deleteLabelsForLength: new Set(),
  quoteLabels: new Set(),
  equalLabels: [],
  equalWords: [],
};

/** Sets by name; `collins` is what parsers of the Penn Treebank are scored with since Collins (1997). */
export const parameterSets = {
  collins: {
    ...bare,
    deleteLabels: new Set(['TOP', '-NONE-', ',', ':', '``', "''", '.']),
    deleteLabelsForLength: new Set(['-NONE-']),
    equalLabels: [['ADVP', 'PRT']],
  },
  bare,
} as const satisfies Record<string, EvalbParameters>;

export type ParameterSet = keyof typeof parameterSets;

const label = z.string().regex(/^[^\s()]+$/, 'expected a label without spaces and brackets');
const pairs = z.array(z.tuple([label, label]));

/** What of the parameters a config says about F1: a set, and lists in place of the set's own. */
export const evalbSchema = z.strictObject({
  set: z.enum(Object.keys(parameterSets) as [ParameterSet, ...ParameterSet[]]).default('collins'),
  deleteLabels: z.array(label).optional(),
  equalLabels: pairs.optional(),
  equalWords: pairs.optional(),
  quoteLabels: z.array(label).optional(),
  labeled: z.boolean().optional(),
});
export type EvalbConfig = z.output<typeof evalbSchema>;

/** The parameters of a config, and how a signature calls them: the set, and what takes the place of its own. */
export function buildParameters(config: EvalbConfig): { parameters: EvalbParameters; signature: string } {
  const { set, deleteLabels, equalLabels, equalWords, quoteLabels, labeled } = config;
  const own: EvalbParameters = parameterSets[set];
  const join = (list: readonly Pair[]): string => list.map((pair) => pair.join('=')).join(',');
  const changes = [
    deleteLabels && `delete[${deleteLabels.join(',')}]`,
    equalLabels && `equal[${join(equalLabels)}]`,
    equalWords && `words[${join(equalWords)}]`,
    quoteLabels && `quotes[${quoteLabels.join(',')}]`,
    labeled !== undefined && (labeled ? 'labeled' : 'unlabeled'),
  ].filter(Boolean);
  return {
    parameters: {
      ...own,
      deleteLabels: deleteLabels ? new Set(deleteLabels) : own.deleteLabels,
      equalLabels: equalLabels ?? own.equalLabels,
      equalWords: equalWords ?? own.equalWords,
      quoteLabels: quoteLabels ? new Set(quoteLabels) : own.quoteLabels,
      labeled: labeled ?? own.labeled,
    },
    signature: [set, ...changes].join('+'),
  };
}

type Change = (so: EvalbParameters, value: string) => Partial<EvalbParameters>;

const KEYWORDS: Record<string, Change> = {
  DEBUG: (_, value) => ({ debug: parseInteger(value, 2) }),
  MAX_ERROR: (_, value) => ({ maxErrors: parseInteger(value) }),
  CUTOFF_LEN: (_, value) => ({ cutoffLength: parseInteger(value) }),
  LABELED: (_, value) => ({ labeled: parseInteger(value, 1) === 1 }),
  DELETE_LABEL: (so, value) => ({ deleteLabels: addLabel(so.deleteLabels, value) }),
  DELETE_LABEL_FOR_LENGTH: (so, value) => ({
    deleteLabelsForLength: addLabel(so.deleteLabelsForLength, value),
  }),
  QUOTE_LABEL: (so, value) => ({ quoteLabels: addLabel(so.quoteLabels, value) }),
  EQ_LABEL: (so, value) => ({ equalLabels: [...so.equalLabels, parsePair(value)] }),
  EQ_WORD: (so, value) => ({ equalWords: [...so.equalWords, parsePair(value)] }),
};

/** The parameters that a file's text sets, over EVALB's own defaults; `name` is what an error calls the file. */
export function parseParameters(text: string, name: string): EvalbParameters {
  let parameters = bare;
  for (const [at, line] of text.split('\n').entries()) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const [, keyword, value] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line)!;
    const change = Object.hasOwn(KEYWORDS, keyword!) ? KEYWORDS[keyword!] : undefined;
    try {
      if (!change)
        throw new UsageError(`is no parameter of EVALB; ${suggest(keyword!, Object.keys(KEYWORDS))}`);
      parameters = { ...parameters, ...change(parameters, value!) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${name}:${at + 1}: ${keyword} ${error.message}`);
    }
  }
  return parameters;
}

function parseInteger(value: string, max = Infinity): number {
  if (/^\d{1,9}$/.test(value) && Number(value) <= max) return Number(value);
  const range = max === Infinity ? 'of at least 0' : `from 0 to ${max}`;
  throw new UsageError(`takes a whole number ${range}; found ${quote(value)}`);
}

function addLabel(labels: ReadonlySet<string>, value: string): ReadonlySet<string> {
  if (!/^\S+$/.test(value)) throw new UsageError(`takes one label; found ${quote(value)}`);
  return new Set(labels).add(value);
}

function parsePair(value: string): Pair {
  const [one, other, ...rest] = value.split(/\s+/);
  if (one && other && rest.length === 0) return [one, other];
  throw new UsageError(`takes two values; found ${quote(value)}`);
}
