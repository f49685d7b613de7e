// What `tx eval-parse` compares: the sentences of files, a gold tree and a test tree each.
import { evaluate, type Problem, type SentenceResult } from '../trees/evalb.ts';
import { alignSentences, type SentenceText, splitSentences, tagWords } from '../trees/evalb-files.ts';
import type { EvalbParameters } from '../trees/evalb-parameters.ts';
import type { RootCost } from '../trees/evalb-roots.ts';
import { NO_TAG } from '../trees/tree.ts';
import { UserError } from '../util/errors.ts';
import { formatCount, plural } from '../util/format.ts';
import { formatFixed } from '../util/format-number.ts';
import type { Log } from '../util/log.ts';
import type { Context } from './command.ts';
import { describeInput, readInputLines } from './input.ts';

/** The sentences of a file, under the name that errors call it. */
export interface Side {
  name: string;
  sentences: readonly SentenceText[];
}

export async function readSide(path: string, context: Context): Promise<Side> {
  const name = describeInput(path);
  const sentences = splitSentences(await readInputLines(path, context, 'trees'));
  if (sentences.length === 0) throw new UserError(`${name}: has no trees to score`);
  return { name, sentences };
}

/** The sentence with tags for words that have none, which the log is told of. */
export function tagSide({ name, sentences }: Side, log: Log): Side {
  let words = 0;
  const tagged = sentences.map(({ text, line }) => {
    const { text: whole, count } = tagWords(text);
    words += count;
    return { text: whole, line };
  });
  if (words > 0) log.warn(`${name}: ${plural(words, 'word')} without a tag, taken for (${NO_TAG} word)`);
  return { name, sentences: tagged };
}

/** Compares sentence by sentence, to the end of the shorter side; each problem goes to `onError` as one line of text. */
export function evaluateSides(
  gold: Side,
  test: Side,
  parameters: EvalbParameters,
  onError: (message: string) => void,
): { pairs: [SentenceText, SentenceText][]; results: SentenceResult[] } {
  const aligned = alignSentences(gold.sentences, test.sentences);
  if (aligned === undefined) {
    const counts = [gold, test].map(
      ({ name, sentences }) => `${name} has ${plural(sentences.length, 'sentence')}`,
    );
    onError(`${counts.join(', ')}: each tree needs its counterpart, an empty line where there is none`);
  }
  const [ofGold, ofTest] = aligned ?? [gold.sentences, test.sentences];
  const pairs = ofGold
    .slice(0, ofTest.length)
    .map((one, at): [SentenceText, SentenceText] => [one, ofTest[at]!]);
  const results = pairs.map(([one, other]) => {
    const result = evaluate(one.text, other.text, parameters);
    const places = [`${gold.name}:${one.line}`, `${test.name}:${other.line}`] as const;
    for (const problem of result.problems) onError(describe(problem, ...places));
    return result;
  });
  return { pairs, results };
}

function describe({ side, message }: Problem, gold: string, test: string): string {
  if (side === 'both') return `${test}: does not fit ${gold}: ${message}`;
  return `${side === 'gold' ? gold : test}: ${message}`;
}

/** Tells where the bracket around whole trees, which one side calls otherwise or lacks, costs what a score is for. */
export function warnOfRoots(cost: RootCost | undefined, gold: Side, test: Side, log: Log): void {
  if (cost === undefined) return;
  const sides = [
    { name: gold.name, labels: cost.gold },
    { name: test.name, labels: cost.test },
  ].filter(({ labels }) => labels.length > 0);
  const roots = sides.map(({ name, labels }) => `${name}: ${labels.join(', ')}`).join('; ');
  const [f1, without] = [cost.f1, cost.without].map((figure) => formatFixed(figure, 2));
  log.warn(
    `the outermost brackets differ (label in ${roots}) and count: F1 is ${f1}, without them ${without}; tx tree --normalize stripTop takes them off`,
  );
}

/** The first error ends the command. */
export function stop(message: string): never {
  throw new UserError(`${message}; --skip-bad counts such errors and goes on`);
}

/** Tells of each error, and gives up where EVALB does: it lets one more pass than MAX_ERROR says. */
export function countErrors({ maxErrors }: EvalbParameters, log: Log): (message: string) => void {
  let errors = 0;
  return (message) => {
    log.warn(message);
    if (++errors <= maxErrors + 1) return;
    throw new UserError(
      `${formatCount(errors)} errors, where MAX_ERROR is ${formatCount(maxErrors)}; see --max-errors`,
    );
  };
}
