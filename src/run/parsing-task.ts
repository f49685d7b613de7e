// Constituency parsing as Vinyals et al. (2015) and Vaswani et al. (2017, section 6.3) do it: words in, a linearized
// tree out. Scored by EVALB, with Collins' parameters unless the config has others: labelled F1.
import { loadTreebank } from '../data/treebank.ts';
import type { Constraint } from '../decode/constraint.ts';
import { buildGrammarConstraint, SLOT } from '../decode/grammar-constraint.ts';
import { Score } from '../metrics/metric.ts';
import { SPACE_MARK } from '../tokenizers/normalize.ts';
import type { Vocabulary } from '../tokenizers/sentencepiece.ts';
import { treebankTokenize } from '../tokenizers/treebank-tokenizer.ts';
import { evaluate, type Summary, summarize } from '../trees/evalb.ts';
import { buildParameters, evalbSchema } from '../trees/evalb-parameters.ts';
import { type LinearizationName, linearizations } from '../trees/linearize.ts';
import type { Linearization } from '../trees/linearize-contract.ts';
import { END } from '../trees/linearize-grammar.ts';
import { readTrees } from '../trees/read.ts';
import type { Restored } from '../trees/repair.ts';
import { isPreterminal, mapTree, NO_TAG, type Tree, tags, words } from '../trees/tree.ts';
import { writeTree } from '../trees/write.ts';
import { UsageError, UserError } from '../util/errors.ts';
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
  const evalb = buildParameters(config.evaluation.evalb ?? evalbSchema.parse({}));
  const { tgt, type } = config.vocabulary;
  if ((aligned || constrained) && (tgt?.type ?? type) !== 'word') {
    const what = aligned ? `linearization ${parsing.linearization}` : 'constrained: true';
    throw new UsageError(`vocabulary.tgt.type: ${what} needs word, one piece for each token of a tree`);
  }
  const restore = (output: string, source: string): Restored => {
    const words = splitTokens(source);
    return linearization.delinearize(splitTokens(output), words, { tags: words.map(tagOf) });
  };
  const signature = `evalb:${evalb.signature}|linearization:${parsing.linearization}|constrained:${constrained ? 'yes' : 'no'}`;
  const prepare: Task['prepare'] = isEnglish(config.data.srcLang)
    ? (line) => treebankTokenize(line).join(' ')
    : (line) => line;
  return {
    metric: 'F1',
    read: (data, split) => {
      const trees = loadTreebank(data, split, parsing.normalize);
      const src = trees.map((tree) => words(tree).join(' '));
      const tgt = trees.map((tree) => linearization.linearize(tree).join(' '));
      return { raw: { src, tgt: trees.map(writeTree) }, text: { src, tgt } };
    },
    prepare,
    isPrepared: (line) => spaced(prepare(line)) === spaced(line),
    present: (output, source) => {
      if (isEmpty(source)) return { text: '' };
      const parse = restore(output, source);
      return { text: writeTree(parse.tree), parse };
    },
    vocabularyText: ({ src, tgt }) => ({ src, tgt: aligned ? [...tgt, CONTINUED] : tgt }),
    codec: ({ src, tgt }) => (aligned ? alignedCodec : plainCodec)(src.vocabulary, tgt.vocabulary),
    constraint: (languages) => (constrained ? buildConstraint(languages, linearization, aligned) : undefined),
    scoring: () => signature,
    judge: (outputs, { raw }) => {
      const { parameters } = evalb;
      const hypotheses = outputs.map((output, i) => {
        const [gold] = readTrees(raw.tgt[i]!);
        return writeTree(punctuateAs(gold!, restore(output, raw.src[i]!).tree, parameters.deleteLabels));
      });
      const results = hypotheses.map((hypothesis, i) => evaluate(raw.tgt[i]!, hypothesis, parameters));
      return {
        score: new F1Score(summarize(results, parameters).all),
        signature,
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
 * The tree with those words under `deleted` tags that are so in the gold tree. EVALB deletes them, and a sentence of
 * which it deletes other words than of the gold one would have no part in the score.
 */
function punctuateAs(gold: Tree, tree: Tree, deleted: ReadonlySet<string>): Tree {
  const wanted = tags(gold).values();
  return mapTree(tree, (node) => {
    if (!isPreterminal(node)) return node;
    const tag = wanted.next().value!;
    if (deleted.has(tag)) return { ...node, label: tag };
    return deleted.has(node.label) ? { ...node, label: NO_TAG } : node;
  });
}

/** The tags of punctuation, which written trees need where the linearization has none: EVALB knows it by them. */
const PUNCTUATION: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['.', '?', '!'].map((word) => [word, '.'])),
  ...Object.fromEntries([':', ';', '-', '--', '...'].map((word) => [word, ':'])),
  ...Object.fromEntries([',', '``', "''"].map((word) => [word, word])),
  '`': '``',
};

const tagOf = (word: string): string => (Object.hasOwn(PUNCTUATION, word) ? PUNCTUATION[word]! : NO_TAG);

/** Whether raw text of this language can be split into words: it is English. */
export const isEnglish = (language: string): boolean => /^en(?:g?$|[-_])/i.test(language);

/** With single spaces, whatever white space it was. */
const spaced = (line: string): string => line.trim().replace(/\s+/gu, ' ');

const splitTokens = (line: string): string[] => line.split(' ').filter((token) => token !== '');
const isEmpty = (line: string): boolean => splitTokens(line).length === 0;

/** The words of a line, each of which is one word to SentencePiece too: not empty and without spaces once normalized. */
function sourceWords(line: string, source: Vocabulary): string[] {
  return splitTokens(line).map((word) => source.normalize(word).replace(/[\s\u2581]+/gu, '') || '\ufffd');
}

function plainCodec(source: Vocabulary, target: Vocabulary): Codec {
  const textOf = (line: string) => sourceWords(line, source).join(' ');
  return {
    encodeSource: (line) => source.encode(textOf(line)),
    encodePair: (src, tgt, sampling) => ({
      src: sampling === undefined ? source.encode(textOf(src)) : source.sample(textOf(src), sampling),
      tgt: target.encode(tgt),
    }),
    decode: (ids) => target.decode(ids),
  };
}

/** The target has the word's token at its first piece and CONTINUED at the others. */
function alignedCodec(source: Vocabulary, target: Vocabulary): Codec {
  const idOf = (token: string) => target.pieceToId(SPACE_MARK + token);
  const continued = idOf(CONTINUED);
  if (continued === undefined) {
    throw new UserError(
      `the target vocabulary has no piece for ${CONTINUED}; make vocabulary.tgt.size larger`,
    );
  }
  const encodePair: Codec['encodePair'] = (src, tgt, sampling) => {
    const words = sourceWords(src, source).map((word) =>
      sampling === undefined ? source.encode(word) : source.sample(word, sampling),
    );
    const tokens = splitTokens(tgt).map((token) => idOf(token) ?? target.unkId);
    return {
      src: words.flat(),
      tgt: words.flatMap((pieces, w) => pieces.map((_, i) => (i === 0 ? tokens[w]! : continued))),
    };
  };
  return {
    encodeSource: (line) => sourceWords(line, source).flatMap((word) => source.encode(word)),
    encodePair,
    decode: (ids) => target.decode(ids.filter((id) => id !== continued)),
  };
}

const specialIds = ({ padId, unkId, bosId, eosId }: Vocabulary): number[] => [padId, unkId, bosId, eosId];

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
  const startsWord = Array.from({ length: source.size }, (_, id) =>
    source.idToPiece(id)!.startsWith(SPACE_MARK),
  );
  // In a vocabulary of whole words the unknown piece is a word as well.
  const ofSource = specialIds(source);
  startsWord[source.unkId] = startsWord.every((starts, id) => starts || ofSource.includes(id));
  const ofTarget = specialIds(target);
  return buildGrammarConstraint({
    grammar: linearization.grammar,
    classes: tokens.map((token, id) => {
      if (id === ids.eosId) return END;
      return ofTarget.includes(id) ? undefined : linearization.classOf(token, known);
    }),
    slots: startsWord.map((starts, id) => {
      if (id === ids.padId || id === ids.eosId) return SLOT.end;
      return starts ? SLOT.word : SLOT.piece;
    }),
    filler: aligned ? target.pieceToId(SPACE_MARK + CONTINUED) : undefined,
  });
}
