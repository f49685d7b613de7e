// Constituency parsing as Vinyals et al. (2015) and Vaswani et al. (2017, section 6.3) do it: words in, a linearized
// tree out. Scored by EVALB with Collins' parameters: labelled F1.
import { loadTreebank } from '../data/treebank.ts';
import type { Constraint } from '../decode/constraint.ts';
import { buildGrammarConstraint, SLOT } from '../decode/grammar-constraint.ts';
import { Score } from '../metrics/metric.ts';
import { SPACE_MARK } from '../tokenizers/normalize.ts';
import type { Vocabulary } from '../tokenizers/sentencepiece.ts';
import { evaluate, type Summary, summarize } from '../trees/evalb.ts';
import { parameterSets } from '../trees/evalb-parameters.ts';
import { type LinearizationName, linearizations } from '../trees/linearize.ts';
import type { Linearization } from '../trees/linearize-contract.ts';
import { END } from '../trees/linearize-grammar.ts';
import { NO_TAG, type Restored } from '../trees/repair.ts';
import { words } from '../trees/tree.ts';
import { writeTree } from '../trees/write.ts';
import { parsingSchema, type SystemConfig } from './config.ts';
import type { Languages } from './languages.ts';
import type { Codec, Task } from './task.ts';

/** Stands, in targets that are aligned with their source, for every piece of a word but the first. */
const CONTINUED = '·';

export function buildParsingTask(config: SystemConfig): Task {
  const parsing = config.parsing ?? parsingSchema.parse({});
  const linearization = linearizations[parsing.linearization];
  const aligned = parsing.linearization === ALIGNED;
  const constrained = parsing.constrained;
  const restore = (output: string, source: string): Restored => {
    const words = splitTokens(source);
    return linearization.delinearize(splitTokens(output), words, { tags: words.map(tagOf) });
  };
  return {
    metric: 'F1',
    read: (data, split) => {
      const trees = loadTreebank(data, split, parsing.normalize);
      const src = trees.map((tree) => words(tree).join(' '));
      const tgt = trees.map((tree) => linearization.linearize(tree).join(' '));
      return { raw: { src, tgt: trees.map(writeTree) }, text: { src, tgt } };
    },
    prepare: (line) => line,
    present: (output, source) => writeTree(restore(output, source).tree),
    vocabularyText: ({ src, tgt }) => ({ src, tgt: aligned ? [...tgt, CONTINUED] : tgt }),
    codec: ({ src, tgt }) =>
      aligned ? alignedCodec(src.vocabulary, tgt.vocabulary) : plainCodec(src.vocabulary, tgt.vocabulary),
    constraint: (languages) => (constrained ? buildConstraint(languages, linearization, aligned) : undefined),
    judge: (outputs, { raw }) => {
      const trees = outputs.map((output, i) => restore(output, raw.src[i]!));
      const hypotheses = trees.map(({ tree }) => writeTree(tree));
      const parameters = parameterSets.collins;
      const results = hypotheses.map((hypothesis, i) => evaluate(raw.tgt[i]!, hypothesis, parameters));
      return {
        score: new F1Score(summarize(results, parameters).all),
        signature: `evalb:collins|linearization:${parsing.linearization}|constrained:${constrained ? 'yes' : 'no'}`,
        hypotheses,
        references: raw.tgt,
      };
    },
  };
}

class F1Score extends Score {
  readonly summary: Summary;

  constructor(summary: Summary) {
    super('F1', summary.f1);
    this.summary = summary;
  }

  override get verbose(): string {
    const { precision, recall, exactMatch, valid, errors } = this.summary;
    const [p, r, exact] = [precision, recall, exactMatch].map((value) => value.toFixed(2));
    return `(P = ${p} R = ${r} exact = ${exact} sentences = ${valid} errors = ${errors})`;
  }
}

/** The linearization with one token a word. */
const ALIGNED: LinearizationName = 'compact';

/**
 * The tags by which EVALB knows punctuation. Written trees need them where the linearization has none: what EVALB
 * deletes must be the same words in both trees.
 */
const PUNCTUATION: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['.', '?', '!'].map((word) => [word, '.'])),
  ...Object.fromEntries([':', ';', '-', '--', '...'].map((word) => [word, ':'])),
  ...Object.fromEntries([',', '``', "''"].map((word) => [word, word])),
  '`': '``',
};

const tagOf = (word: string): string => (Object.hasOwn(PUNCTUATION, word) ? PUNCTUATION[word]! : NO_TAG);

const splitTokens = (line: string): string[] => line.split(' ').filter((token) => token !== '');

function plainCodec(source: Vocabulary, target: Vocabulary): Codec {
  return {
    encodeSource: (line) => source.encode(line),
    encodePair: (src, tgt, sampling) => ({
      src: sampling === undefined ? source.encode(src) : source.sample(src, sampling),
      tgt: target.encode(tgt),
    }),
    decode: (ids) => target.decode(ids),
  };
}

/** The target has the word's token at its first piece and CONTINUED at the others. */
function alignedCodec(source: Vocabulary, target: Vocabulary): Codec {
  const idOf = (token: string) => target.pieceToId(SPACE_MARK + token) ?? target.unkId;
  const continued = idOf(CONTINUED);
  const encodePair: Codec['encodePair'] = (src, tgt, sampling) => {
    const words = splitTokens(src).map((word) =>
      sampling === undefined ? source.encode(word) : source.sample(word, sampling),
    );
    const tokens = splitTokens(tgt).map(idOf);
    return {
      src: words.flat(),
      tgt: words.flatMap((pieces, w) => pieces.map((_, i) => (i === 0 ? tokens[w]! : continued))),
    };
  };
  return {
    encodeSource: (line) => splitTokens(line).flatMap((word) => source.encode(word)),
    encodePair,
    decode: (ids) => target.decode(ids.filter((id) => id !== continued)),
  };
}

function buildConstraint(
  { src, tgt, ids }: Languages,
  linearization: Linearization,
  aligned: boolean,
): Constraint {
  const [source, target] = [src.vocabulary, tgt.vocabulary];
  const tokens = Array.from({ length: target.size }, (_, id) =>
    target.idToPiece(id)!.replace(SPACE_MARK, ''),
  );
  const known = new Set(tokens);
  return buildGrammarConstraint({
    grammar: linearization.grammar,
    classes: tokens.map((token, id) => (id === ids.eosId ? END : linearization.classOf(token, known))),
    slots: Array.from({ length: source.size }, (_, id) => {
      if (id === ids.padId || id === ids.eosId) return SLOT.end;
      return source.idToPiece(id)!.startsWith(SPACE_MARK) ? SLOT.word : SLOT.piece;
    }),
    filler: aligned ? target.pieceToId(SPACE_MARK + CONTINUED) : undefined,
  });
}
