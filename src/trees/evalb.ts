// Bracket scores as the program EVALB computes them (Sekine and Collins 1997; Black et al. 1991): sentence by sentence,
// labelled brackets that match, brackets that cross, tags. What it prints is in evalb-report.ts.

import { quote } from '../util/quote.ts';
import type { EvalbParameters } from './evalb-parameters.ts';
import {
  type Bracket,
  DELETED,
  MATCHED,
  readSentence,
  restoreQuotes,
  type Sentence,
  UNMATCHED,
} from './evalb-sentence.ts';
import type { Tree } from './tree.ts';
import { writeTree } from './write.ts';

/** What is wrong with the gold line, the test line, or the two together. */
export interface Problem {
  readonly side: 'gold' | 'test' | 'both';
  readonly message: string;
}

/** A bracket that only one side has (as to span, or as to label), or that a bracket of the test crosses. */
export interface Difference {
  readonly kind: 'LABEL' | 'BRACKET' | 'EXTRA' | 'CROSSING';
  readonly bracket: Bracket;
}

export interface SentenceResult {
  /** `skip`: the test line has no words; `error`: there are problems. Totals count neither. */
  readonly status: 'ok' | 'error' | 'skip';
  readonly problems: readonly Problem[];
  /** Words of the gold sentence, as the cutoff counts them. */
  readonly length: number;
  /** Brackets that match, those of the gold tree, of the test tree, and those of the test tree that cross one. */
  readonly matched: number;
  readonly gold: number;
  readonly test: number;
  readonly crossing: number;
  /** Words compared, and how many have the same tag. */
  readonly words: number;
  readonly tags: number;
  readonly goldSentence: Sentence;
  readonly testSentence: Sentence;
  readonly differences: readonly Difference[];
}

/** A tree, a line of a file, or undefined for what is missing (an empty line). */
export type EvalbInput = Tree | string | undefined;

/** Compares one pair; what is wrong with a line is no exception but one of the `problems`. */
export function evaluate(gold: EvalbInput, test: EvalbInput, parameters: EvalbParameters): SentenceResult {
  const goldSentence = readSentence(lineOf(gold), parameters);
  const testSentence = readSentence(lineOf(test), parameters);
  const problems: Problem[] = [
    ...goldSentence.problems.map((message): Problem => ({ side: 'gold', message })),
    ...testSentence.problems.map((message): Problem => ({ side: 'test', message })),
  ];
  const none = { matched: 0, gold: 0, test: 0, crossing: 0, words: 0, tags: 0, differences: [] };
  const known = { problems, length: goldSentence.length, goldSentence, testSentence };
  if (testSentence.terminals.length === 0) return { ...known, ...none, status: 'skip' };
  const mismatch = compareWords(goldSentence, testSentence, parameters);
  if (mismatch !== undefined) {
    problems.push({ side: 'both', message: mismatch });
    return { ...known, ...none, status: 'error' };
  }
  const goldBrackets = decideDeletions(goldSentence.brackets, parameters);
  const testBrackets = decideDeletions(testSentence.brackets, parameters);
  const differences: Difference[] = [];
  return {
    ...known,
    // EVALB compares also what it could not read to the end, but leaves it out of the totals.
    status: problems.length > 0 ? 'error' : 'ok',
    matched: matchBrackets(goldBrackets, testBrackets, parameters, differences),
    gold: goldBrackets.length,
    test: testBrackets.length,
    crossing: countCrossing(goldBrackets, testBrackets, differences),
    words: goldSentence.terminals.length,
    tags: matchTags(goldSentence, testSentence, parameters),
    differences,
  };
}

function lineOf(input: EvalbInput): string {
  return typeof input === 'object' ? writeTree(input) : (input ?? '');
}

/** Undefined when the words are the same, quotation marks put back where that helps. */
function compareWords(gold: Sentence, test: Sentence, parameters: EvalbParameters): string | undefined {
  if (gold.terminals.length !== test.terminals.length) restoreQuotes(gold, test, parameters);
  const counts = [gold.terminals.length, test.terminals.length];
  if (counts[0] !== counts[1]) {
    return `the number of words is ${counts[0]} in the gold tree, ${counts[1]} in the test tree`;
  }
  for (const [at, { word }] of gold.terminals.entries()) {
    const other = test.terminals[at]!.word;
    if (!isEqual(word, other, parameters.equalWords)) {
      return `word ${at + 1} is ${quote(word)} in the gold tree, ${quote(other)} in the test tree`;
    }
  }
  return undefined;
}

/** Cuts grammatical functions and indices off labels (NP-SBJ-1, NP=2), and keeps the brackets that count. */
function decideDeletions(brackets: Bracket[], { deleteLabels, equalLabels }: EvalbParameters): Bracket[] {
  for (const bracket of brackets) {
    const isEmpty = bracket.start === bracket.end;
    if (!isEmpty) bracket.label = bracket.label.replace(/[-=].*/s, '');
    const isDeleted =
      isEmpty || [...deleteLabels].some((label) => isEqual(bracket.label, label, equalLabels));
    bracket.outcome = isDeleted ? DELETED : UNMATCHED;
  }
  return brackets.filter(({ outcome }) => outcome !== DELETED);
}

/** How many brackets match, each one at most once: gold brackets in their order take the first that is free. */
function matchBrackets(
  gold: readonly Bracket[],
  test: readonly Bracket[],
  { labeled, equalLabels }: EvalbParameters,
  differences: Difference[],
): number {
  let matched = 0;
  const mislabeled = new Set<Bracket>();
  for (const bracket of gold) {
    const before = differences.length;
    for (const other of test) {
      if (other.outcome !== UNMATCHED || other.start !== bracket.start || other.end !== bracket.end) continue;
      if (!labeled || isEqual(bracket.label, other.label, equalLabels)) {
        bracket.outcome = other.outcome = MATCHED;
        matched++;
        break;
      }
      mislabeled.add(other);
      differences.push({ kind: 'LABEL', bracket });
    }
    const isAlone = bracket.outcome !== MATCHED && differences.length === before;
    if (isAlone) differences.push({ kind: 'BRACKET', bracket });
  }
  for (const bracket of test) {
    const isAlone = bracket.outcome === UNMATCHED && !mislabeled.has(bracket);
    if (isAlone) differences.push({ kind: 'EXTRA', bracket });
  }
  return matched;
}

/** Brackets of the test tree that overlap some gold bracket while neither lies in the other. */
function countCrossing(
  gold: readonly Bracket[],
  test: readonly Bracket[],
  differences: Difference[],
): number {
  let crossing = 0;
  let last: Bracket | undefined;
  for (const b of test) {
    const crossed = gold.find(
      (a) =>
        (a.start < b.start && a.end > b.start && a.end < b.end) ||
        (a.start > b.start && a.start < b.end && a.end > b.end),
    );
    if (!crossed) continue;
    crossing++;
    if (crossed !== last) differences.push({ kind: 'CROSSING', bracket: crossed });
    last = crossed;
  }
  return crossing;
}

function matchTags(gold: Sentence, test: Sentence, { equalLabels }: EvalbParameters): number {
  let tags = 0;
  for (const [at, terminal] of gold.terminals.entries()) {
    const other = test.terminals[at]!;
    const isSame = isEqual(terminal.label, other.label, equalLabels);
    terminal.outcome = other.outcome = isSame ? MATCHED : UNMATCHED;
    if (isSame) tags++;
  }
  return tags;
}

function isEqual(a: string, b: string, pairs: readonly (readonly [string, string])[]): boolean {
  return a === b || pairs.some(([p, q]) => (p === a && q === b) || (p === b && q === a));
}

/** Counts and percentages over sentences; the percentages are 0 where there is nothing to divide by. */
export interface Summary {
  readonly sentences: number;
  readonly errors: number;
  readonly skipped: number;
  readonly valid: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  /** Valid sentences whose brackets all match. */
  readonly exactMatch: number;
  /** Crossing brackets per valid sentence: a mean, no percentage. */
  readonly averageCrossing: number;
  readonly noCrossing: number;
  readonly twoOrLessCrossing: number;
  readonly taggingAccuracy: number;
  readonly matched: number;
  readonly gold: number;
  readonly test: number;
  readonly crossing: number;
  readonly words: number;
  readonly tags: number;
}

/** The two summaries: over all sentences, and over those up to the cutoff length. */
export function summarize(
  results: readonly SentenceResult[],
  { cutoffLength }: EvalbParameters,
): { all: Summary; upToCutoff: Summary } {
  const short = results.filter(({ length }) => length <= cutoffLength);
  return { all: summarizeAll(results), upToCutoff: summarizeAll(short) };
}

function summarizeAll(results: readonly SentenceResult[]): Summary {
  const ok = results.filter(({ status }) => status === 'ok');
  const total = (key: 'matched' | 'gold' | 'test' | 'crossing' | 'words' | 'tags'): number =>
    ok.reduce((sum, result) => sum + result[key], 0);
  const [matched, gold, test] = [total('matched'), total('gold'), total('test')];
  const [crossing, words, tags] = [total('crossing'), total('words'), total('tags')];
  const share = (is: (result: SentenceResult) => boolean): number => percent(ok.filter(is).length, ok.length);
  const recall = percent(matched, gold);
  const precision = percent(matched, test);
  return {
    sentences: results.length,
    errors: results.filter(({ status }) => status === 'error').length,
    skipped: results.filter(({ status }) => status === 'skip').length,
    valid: ok.length,
    recall,
    precision,
    f1: recall + precision === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    exactMatch: share((result) => result.gold === result.test && result.test === result.matched),
    averageCrossing: ok.length === 0 ? 0 : crossing / ok.length,
    noCrossing: share((result) => result.crossing === 0),
    twoOrLessCrossing: share((result) => result.crossing <= 2),
    taggingAccuracy: percent(tags, words),
    ...{ matched, gold, test, crossing, words, tags },
  };
}

/** `100 part / whole`, or 0 of nothing. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
