// Parsers of sentences as `tx parse` uses them: of whichever form of run, lines in, trees out.
import type { DecodeConfig } from '../decode/config.ts';
import { treebankTokenize } from '../tokenizers/treebank-tokenizer.ts';
import type { PartialTree } from '../trees/partial.ts';
import type { Restored } from '../trees/repair.ts';
import type { Tree } from '../trees/tree.ts';
import { UsageError } from '../util/errors.ts';
import { ChartParser } from './chart/chart-parser.ts';
import type { ChartConfig } from './chart/config.ts';
import { treeDecoders } from './chart/decoders.ts';
import type { Given } from './chart/given.ts';
import type { OpenRun } from './open-run.ts';
import { InputCheck } from './pairs/input-check.ts';
import { TextTranslator } from './pairs/text-translator.ts';
import { buildParsingText, isEnglish, type ParsingConfig } from './parsing.ts';
import { splitTokens } from './parsing-codec.ts';

/** Runs of the task in all its forms. */
export type AnyParsingConfig = ParsingConfig | ChartConfig;

export interface SentenceParse extends Restored {
  score: number | undefined;
  /** Of each constituent, where the parser tells it. */
  confidence?: ReadonlyMap<Tree, number> | undefined;
}

export interface SentenceParserSettings {
  threads: number;
  checkpoint: string | undefined;
  /** Whether the lines are words already, with single spaces between them. */
  tokenized: boolean;
  /** Whether scores, and confidence, are wanted. */
  told: boolean;
  /** Trees of a line at most. */
  count: number;
  /** Called for each line that was cut to fit the model: its number from 0 and the pieces it had. */
  onTruncated: (line: number, pieces: number) => void;
}

/** Of runs that search. */
export interface SearchSettings {
  decode: DecodeConfig;
  unconstrained: boolean;
}

export interface SentenceParser {
  /** What there is to warn of, looking at the next lines. */
  doubts(lines: readonly string[]): string[];
  /** What is given of a tree, where the parser can be told; a UserError where the run knows no such thing. */
  resolve?(partial: PartialTree): Given;
  /** Trees of each line, the best first; none where it has no words. `given` is what they have to have. */
  parse(
    lines: readonly string[],
    options: {
      onProgress: (done: number) => void;
      signal: AbortSignal;
      given?: readonly Given[] | undefined;
    },
  ): Promise<SentenceParse[][]>;
  release(): Promise<void>;
}

/** Whether the run's decoder is searched, as an encoder-decoder's is. */
export const isSearched = (run: OpenRun<AnyParsingConfig>): run is OpenRun<ParsingConfig> =>
  'decode' in run.config;

/** Over a run that writes trees token by token, and others that do so together with it. */
export async function loadSearchParser(
  [run, ...ensemble]: readonly OpenRun<ParsingConfig>[],
  { tokenized, told: _, count: __, ...settings }: SentenceParserSettings,
  search: SearchSettings,
): Promise<SentenceParser> {
  const translator = await TextTranslator.load(run!, buildParsingText(run!.config), {
    ...settings,
    ...search,
    ensemble,
  });
  const input = tokenized ? 'preprocessed' : 'raw';
  const check = translator.checkInput(input);
  return {
    doubts: (lines) => check.look(lines),
    parse: async (lines, { given: _, ...options }) => {
      const results = await translator.translate(lines, { input, output: 'raw' }, options);
      return results.map((hypotheses) =>
        hypotheses.flatMap(({ parse, score }) => (parse ? [{ ...parse, score }] : [])),
      );
    },
    release: () => translator.release(),
  };
}

/** Over a run that scores spans, and others whose scores count as much. */
export async function loadChartParser(
  [run, ...ensemble]: readonly OpenRun<ChartConfig>[],
  { tokenized, told, count, ...settings }: SentenceParserSettings,
): Promise<SentenceParser> {
  const parser = await ChartParser.load(run!, { ...settings, ensemble });
  const prepare = (line: string) => treebankTokenize(line).join(' ');
  const isPrepared = (line: string) => splitTokens(prepare(line)).join(' ') === line;
  const encode = (line: string) => parser.encode(splitTokens(line));
  // Words that no piece stands for are read by their characters, if at all.
  const unkId = (run!.config.characters ? undefined : parser.tokenizer.special.unk) ?? -1;
  const check = new InputCheck(
    // Words of other languages stay as they are.
    isEnglish(run!.config.data.lang)
      ? { prepare, isPrepared, encode, unkId }
      : { ...PREPARED, encode, unkId },
    tokenized,
  );
  return {
    doubts: (lines) => check.look(lines),
    parse: async (lines, options) => {
      const sentences = lines.map((line) => splitTokens(tokenized ? line : prepare(line)));
      return parser.parse(sentences, { told, count, ...options });
    },
    resolve: (partial) => parser.resolve(partial),
    release: () => parser.release(),
  };
}

const PREPARED = { prepare: (line: string) => line, isPrepared: () => true };

/** A UsageError where an option is given that a run's decoder has no use for, which is not exact. */
export function refuseChartOptions(
  { decoder }: ChartConfig,
  options: Readonly<Record<string, boolean>>,
): void {
  if (treeDecoders[decoder].isExact) return;
  const given = Object.keys(options).find((name) => options[name]);
  if (given !== undefined)
    throw new UsageError(`--${given} is for runs with decoder: chart; this one has decoder: ${decoder}`);
}

/** A UsageError where an option is given that a run without a search has no use for. */
export function refuseSearchOptions(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === false) continue;
    throw new UsageError(
      `--${name} is for runs that search; this one finds the best tree of all by its chart`,
    );
  }
}
