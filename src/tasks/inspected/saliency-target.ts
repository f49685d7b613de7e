// What saliency explains: a token that a model tells at some place, or a class of the whole text.
import type { Value } from '../../graph/graph.ts';
import { gather } from '../../graph/ops/indexing.ts';
import { reshape } from '../../graph/ops/shape.ts';
import type { Saliency } from '../../inspect/saliency.ts';
import type { Scope } from '../../nn/scope.ts';
import type { Feeds } from '../../runtime/session.ts';
import { UsageError } from '../../util/errors.ts';
import { nearest } from '../../util/nearest.ts';
import { quote } from '../../util/quote.ts';
import type { Answering, InspectedModel, ReadInput } from './model.ts';
import { requireTelling, tellTokens, vectorOf } from './told.ts';

export interface SaliencyRequest {
  /** The place in the text, from 1: of tokens told the last by default, of a hidden or tagged word the first. */
  at?: number | undefined;
  /** Another token than the one that is there. */
  token?: string | undefined;
  /** Of an encoder that tells classes, or tags of words; the likeliest by default. */
  class?: string | undefined;
  /** Of a parser by a chart: words `from-to`, from 1, both of them in it; all by default. */
  span?: string | undefined;
}

export interface SaliencyTarget {
  of: string;
  what: Saliency['what'];
  /** What is fed for one input: the token at hand is hidden where the model reads it. */
  feeds: Feeds;
  /** What of it is another beside ids where all text is blank. */
  blank?: Feeds;
  /** What is fed beside so many rows of so many places. */
  beside(rows: number): Feeds;
  /** F of each row: [B]. */
  build(scope: Scope): Value;
}

/** One of several classes: which, once it is known how likely they are. */
export interface Undecided {
  /** All that the model tells of it, for what is fed. */
  build(scope: Scope): Value;
  feeds: Feeds;
  /** The outputs of the model's answer that are theirs. */
  from: number;
  count: number;
  target(k: number): SaliencyTarget;
}

/** Of a class, where the model tells classes and no place is asked for; of the tag of a word; else of a token. */
export function chooseTarget(
  path: string,
  model: InspectedModel,
  read: ReadInput,
  request: SaliencyRequest,
): SaliencyTarget | Undecided {
  if (request.span !== undefined) throw new UsageError('--span is for parsers by a chart (decoder: chart)');
  const answering = request.token === undefined ? model.answering?.() : undefined;
  if (answering?.ofWords) return chooseTag(answering, read, request);
  if (answering !== undefined && request.at === undefined) return chooseClass(answering, read, request.class);
  if (request.class !== undefined)
    throw new UsageError('--class is for runs that tell classes of texts, and not beside --at or --token');
  return chooseToken(path, model, read, request);
}

function chooseClass(
  answering: Answering,
  { feeds }: ReadInput,
  name: string | undefined,
): SaliencyTarget | Undecided {
  const { classes } = answering;
  const isScore = classes.length === 0;
  if (name !== undefined) checkClass(classes, name);
  const target = (k: number): SaliencyTarget => ({
    of: isScore ? 'score' : `class ${classes[k]}`,
    what: isScore ? 'score' : 'log-probability',
    feeds,
    beside: () => ({ class: vectorOf([k]) }),
    build: (scope) =>
      reshape(gather(answering.build(scope), scope.graph.input('class', 'int32', [1]), 1), ['B']),
  });
  if (name !== undefined) return target(classes.indexOf(name));
  return isScore ? target(0) : { ...answering, feeds, from: 0, count: classes.length, target };
}

export function checkClass(classes: readonly string[], name: string): void {
  if (classes.includes(name)) return;
  if (classes.length === 0) throw new UsageError('--class: this run tells a score');
  const near = nearest(name, classes);
  const advice =
    near === undefined ? `there are ${classes.slice(0, 20).join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`--class: no ${quote(name)}; ${advice}`);
}

/** The tag of the word that the place is in, which is told at the word's first piece. */
function chooseTag(
  answering: Answering,
  { feeds, firsts = [], sequences }: ReadInput,
  { at, class: name }: SaliencyRequest,
): SaliencyTarget | Undecided {
  const { classes } = answering;
  const tokens = sequences.encoder!.tokens;
  const asked = at === undefined ? (firsts[0] ?? -1) : at - 1;
  const place = Math.max(-1, ...firsts.filter((first) => first >= 0 && first <= asked));
  if (place < 0 || tokens[asked] === undefined || tokens[asked].special)
    throw new UsageError(
      `--at expects the place of a word's token, from ${(firsts[0] ?? 0) + 1} to ${tokens.findLastIndex(({ special }) => !special) + 1}, not ${at}`,
    );
  if (name !== undefined) checkClass(classes, name);
  const target = (k: number): SaliencyTarget => ({
    of: `tag ${classes[k]} of token ${place + 1} ${quote(tokens[place]!.piece)}`,
    what: 'log-probability',
    feeds,
    beside: () => ({ place: vectorOf([place]), class: vectorOf([k]) }),
    build: (scope) => {
      const [own, tag] = ['place', 'class'].map((input) => scope.graph.input(input, 'int32', [1]));
      return reshape(gather(gather(answering.build(scope), own!, 1), tag!, 2), ['B']);
    },
  });
  if (name !== undefined) return target(classes.indexOf(name));
  return { ...answering, feeds, from: place * classes.length, count: classes.length, target };
}

function chooseToken(
  path: string,
  model: InspectedModel,
  { feeds, sequences, told }: ReadInput,
  { at, token }: SaliencyRequest,
): SaliencyTarget {
  const telling = requireTelling(path, model);
  const { tokenizer, hide, stack } = telling;
  const places = told.map((one) => (one.at ?? one.place + 1) + 1);
  const k = at === undefined ? (hide === undefined ? told.length - 1 : 0) : places.indexOf(at);
  const one = told[k];
  if (one === undefined) {
    if (told.length === 0) throw new UsageError('the text is too short: the model tells no token of it');
    throw new UsageError(`--at expects a place of a token, from ${places[0]} to ${places.at(-1)}, not ${at}`);
  }
  const id = token === undefined ? one.id : tokenizer.pieceToId(token);
  if (id === undefined) throw new UsageError(`--token: the tokenizer has no piece ${quote(token!)}`);
  const length = sequences[stack]!.tokens.length;
  return {
    of: `token ${places[k]} ${quote(tokenizer.idToPiece(id) ?? '')}`,
    what: 'log-probability',
    feeds: hide === undefined ? feeds : hide(feeds, [one.place]),
    beside: (rows) => ({
      places: vectorOf(Array.from({ length: rows }, (_, b) => b * length + one.place)),
      labels: vectorOf(new Array<number>(rows).fill(id)),
    }),
    // One place of each row.
    build: (scope) => tellTokens(scope, telling, model.build(scope)).own,
  };
}
