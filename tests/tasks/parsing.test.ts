import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pair } from '../../src/data/pairs.ts';
import { type PreparedData, prepareData, readCorpora, recordCorpora } from '../../src/tasks/pairs/prepare.ts';
import { buildParsingText, type ParsingConfig } from '../../src/tasks/parsing.ts';
import type { TrainObserver } from '../../src/train/observer.ts';
import { linearizationNames } from '../../src/trees/linearize.ts';
import { readTrees } from '../../src/trees/read.ts';
import { countRepairs } from '../../src/trees/repair.ts';
import { isPreterminal, mapTree, type Tree, tags, words } from '../../src/trees/tree.ts';
import { writeTree } from '../../src/trees/write.ts';
import { Rng } from '../../src/util/rng.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';
import { treeArb } from '../trees/random-trees.ts';
import { toyTreebank } from './toy-treebank.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const observer: TrainObserver = { note() {}, warn() {}, progress() {}, tick() {}, event() {} };

interface Sizes {
  src: number;
  tgt: number;
}

function configFor(
  lines: readonly string[],
  parsing: Record<string, unknown>,
  sizes: Partial<Sizes> = {},
): ParsingConfig {
  const { src = 60, tgt = 2000 } = sizes;
  const split = { kind: 'trees', files: toy.write('toy.mrg', `${lines.join('\n')}\n`) };
  return toy.parsing({
    parsing,
    data: { train: split, valid: split, test: split },
    tokenizers: { src: { type: 'bpe', size: src }, tgt: { type: 'word', size: tgt } },
    model: { maxLength: 200 },
  });
}

interface Prepared extends PreparedData {
  src: string[];
  tgt: string[];
  gold: string[];
}

async function prepare(config: ParsingConfig): Promise<Prepared> {
  const folder = toy.folder();
  folder.create();
  const corpora = await readCorpora(config, buildParsingText(config), observer);
  await recordCorpora(config, corpora, folder, true, observer);
  const prepared = await prepareData(config, corpora, folder, observer);
  const { raw, text } = prepared.valid;
  return { ...prepared, ...text, gold: raw.tgt };
}

const withoutTags = (line: string): Tree =>
  mapTree(readTrees(line)[0]!, (node) => (isPreterminal(node) ? { ...node, label: 'X' } : node));

/** What comes out for a pair's target ids is the pair's tree, with no repairs. */
function expectRoundTrip({ text, codec, src, gold }: Prepared, i: number, { tgt }: Pair) {
  const output = codec.decode(Array.from(tgt));
  expect(withoutTags(text.present(output, src[i]!).text)).toEqual(withoutTags(gold[i]!));
  const restored = text.present(output, src[i]!).parse!;
  expect(countRepairs(restored.repairs)).toBe(0);
  expect(words(restored.tree).join(' ')).toBe(src[i]);
}

describe.each(linearizationNames)('%s', (linearization) => {
  it('comes back from ids as the normalized gold tree', async () => {
    const prepared = await prepare(configFor(toyTreebank, { linearization }));
    expect(prepared.gold[0]).toBe('(S (NP (DT the) (NN dog)) (VP (VBZ sleeps)) (. .))');
    expect(prepared.gold[1]).toBe("(SQ (`` ``) (NP (DT the) (NN dog)) (S (VP (VBZ sleeps))) (. ?) ('' ''))");
    expect(prepared.src[1]).toBe("`` the dog sleeps ? ''");
    for (const [i, src] of prepared.src.entries()) {
      const pair = prepared.codec.encodePair(src, prepared.tgt[i]!);
      expectRoundTrip(prepared, i, pair);
      expect(Array.from(pair.src)).toEqual(Array.from(prepared.codec.encodeSource(src)));
    }
  });

  it('does so for any trees over any words', async () => {
    const trees = fc.sample(treeArb, { seed: 5, numRuns: 60 });
    const config = configFor(trees.map(writeTree), { linearization, normalize: 'none' }, { src: 30 });
    const prepared = await prepare(config);
    expect(prepared.gold).toEqual(trees.map(writeTree));
    const { tgt: target } = prepared.tokenizers;
    for (const [i, src] of prepared.src.entries()) {
      const pair = prepared.codec.encodePair(src, prepared.tgt[i]!);
      expect(Array.from(pair.tgt)).not.toContain(target.special.unk);
      expectRoundTrip(prepared, i, pair);
    }
  });

  it('gold outputs have F1 100', async () => {
    const { text, valid, gold } = await prepare(configFor(toyTreebank, { linearization }));
    const { score, signature, hypotheses, references } = text.judge(valid.text.tgt, valid);
    expect(text.metric).toBe('F1');
    expect(score.score).toBe(100);
    expect(score.format()).toContain('exact = 100.00 sentences = 49 errors = 0');
    expect(signature).toBe(`evalb:collins|linearization:${linearization}|constrained:yes`);
    expect(references).toEqual(gold);
    expect(hypotheses.map(withoutTags)).toEqual(gold.map(withoutTags));
  });

  it("is judged by the config's parameters of EVALB", async () => {
    const judge = async (evalb: Record<string, unknown>) => {
      const config = configFor(toyTreebank, { linearization });
      const { text, valid } = await prepare({
        ...config,
        evaluation: { ...config.evaluation, evalb: evalb as never },
      });
      const flat = valid.raw.tgt.map(() => '');
      return { f1: text.judge(flat, valid).score.score, signature: text.judge(flat, valid).signature };
    };
    const collins = await judge({ set: 'collins' });
    expect(collins.f1).toBe(0);
    const own = { set: 'collins', deleteLabels: ['-NONE-', ',', ':', '``', "''", '.'], labeled: false };
    const unlabeled = await judge(own);
    expect(unlabeled.f1).toBeGreaterThan(20);
    expect(unlabeled.signature).toContain("evalb:collins+delete[-NONE-,,,:,``,'',.]+unlabeled|");
    expect((await judge({ set: 'bare', equalLabels: [['TOP', 'S']] })).signature).toContain(
      'evalb:bare+equal[TOP=S]|',
    );
  });

  it('any other outputs are judged as trees over the same words', async () => {
    const { text, valid, src } = await prepare(configFor(toyTreebank, { linearization }));
    const { score, hypotheses } = text.judge(
      valid.text.tgt.map((line, i) => (i % 3 === 0 ? '' : i % 3 === 1 ? `${line} ${line}` : line.slice(3))),
      valid,
    );
    expect(score.score).toBeLessThan(100);
    expect(score.format()).toContain('sentences = 49 errors = 0');
    const trees = hypotheses.map((line) => readTrees(line)[0]!);
    expect(trees.map((tree) => words(tree).join(' '))).toEqual(src);
    // EVALB deletes the same words of both, whatever tags came out.
    const punctuation = (tree: Tree) => tags(tree).map((tag) => /^\W+$/.test(tag));
    expect(trees.map(punctuation)).toEqual(valid.raw.tgt.map((line) => punctuation(readTrees(line)[0]!)));
  });
});

const treebank = `${process.env.TX_DATA ?? '../shared/data'}/treebank`;

it.skipIf(!existsSync(treebank))("the Treebank's own trees have F1 100 (skipped: no TX_DATA)", async () => {
  const config = configFor(toyTreebank, {});
  const valid = { kind: 'trees' as const, files: [`${treebank}/dev.mrg`] };
  const text = buildParsingText({ ...config, data: { ...config.data, valid } });
  const dev = await text.read('valid');
  expect(dev.raw.src).toHaveLength(273);
  const { score } = text.judge(dev.text.tgt, dev);
  expect(score.format()).toContain('exact = 100.00 sentences = 273 errors = 0');
});

describe('aligned with the source', () => {
  it('stays so however words are cut', async () => {
    const prepared = await prepare(configFor(toyTreebank, { linearization: 'compact' }));
    const { src: source, tgt: target } = prepared.tokenizers;
    const filler = target.pieceToId('▁·')!;
    const rng = Rng.fromSeed(3);
    const cuts = new Set<string>();
    for (let round = 0; round < 5; round++) {
      for (const [i, src] of prepared.src.entries()) {
        const pair = prepared.codec.encodePair(src, prepared.tgt[i]!, {
          src: { dropout: 0.4, mode: 'provilkov2020', rng },
          tgt: undefined,
        });
        const begins = Array.from(pair.src, (id) => source.idToPiece(id)!.startsWith('▁'));
        expect(Array.from(pair.tgt, (id) => id !== filler)).toEqual(begins);
        expectRoundTrip(prepared, i, pair);
        cuts.add(Array.from(pair.src).join());
      }
    }
    expect(cuts.size).toBeGreaterThan(2 * prepared.src.length);
  });

  it('has one place for every word, even of spaces alone or of what the vocabulary lacks', async () => {
    const prepared = await prepare(configFor(toyTreebank, { linearization: 'compact' }));
    const { src: source } = prepared.tokenizers;
    const line = 'the \u00a0 ▁ d\u00a0og a▁b 日本 ¨ \u0085';
    const ids = Array.from(prepared.codec.encodeSource(line));
    const begins = ids.filter((id) => source.idToPiece(id)!.startsWith('▁'));
    expect(begins).toHaveLength(8);
  });

  it('needs room among the target pieces for the mark of pieces', async () => {
    await expect(prepare(configFor(toyTreebank, {}, { tgt: 8 }))).rejects.toThrow(
      "the target's tokenizer has no piece for ·; make tokenizers.tgt.size larger",
    );
  });
});

describe('tags told by the encoder', () => {
  const tagged = (parsing: Record<string, unknown>) => {
    const config = configFor(toyTreebank, parsing);
    return { ...config, objective: { ...config.objective, tagWeight: 1 } };
  };

  it.each(linearizationNames)('stand at the first pieces of their words: %s', async (linearization) => {
    const prepared = await prepare(tagged({ linearization }));
    const { src: source, tgt: target } = prepared.tokenizers;
    const rng = Rng.fromSeed(4);
    for (const [i, src] of prepared.src.entries()) {
      const sampling = { src: { dropout: 0.4, mode: 'provilkov2020', rng } as const, tgt: undefined };
      const pair = prepared.codec.encodePair(src, prepared.tgt[i]!, sampling);
      const told = Array.from(pair.tags!, (id) => (id === target.special.pad ? '' : target.idToPiece(id)));
      const own = tags(readTrees(prepared.gold[i]!)[0]!);
      const begins = Array.from(pair.src, (id) => source.idToPiece(id)!.startsWith('▁'));
      expect(told).toEqual(begins.map((begin) => (begin ? `▁§${own.shift()}` : '')));
      expectRoundTrip(prepared, i, pair);
      expect(prepared.codec.decode([...Array.from(pair.tgt), pair.tags![0]!])).not.toContain('§');
    }
    expect(prepared.validPairs.tags).toBeDefined();
  });

  it('are learned beside the tree, and change neither what is searched nor how it is judged', async () => {
    const config = toy.parsing({
      objective: { tagWeight: 0.5 },
      training: { maxEpochs: 8, scoreEvery: 8 },
    });
    const folder = toy.folder();
    const { test } = await trainToy(config, folder);
    const figures = readMetrics(folder).filter(({ event }) => event === 'validation');
    const [first, last] = [figures[0], figures.at(-1)] as unknown as Record<string, number>[] as [
      Record<string, number>,
      Record<string, number>,
    ];
    expect(last.loss!).toBeLessThan(0.8 * first.loss!);
    expect(last.loss!).toBeCloseTo(last.crossEntropy! + 0.5 * last.tagLoss!, 4);
    expect(last.tagAccuracy!).toBeGreaterThan(0.6);
    expect(last.tagAccuracy!).toBeGreaterThan(first.tagAccuracy!);
    expect(test!.signature).toContain('evalb:collins|linearization:compact|constrained:yes');
    expect(test!.files.hyp!.join()).not.toContain('§');
    await expect(
      trainToy({ ...config, objective: { labelSmoothing: 0.1 } } as never, folder, { resume: true }),
    ).rejects.toThrow('isTagged');
  });

  it('need pieces that tell where words begin, and whole tags', () => {
    const build = (src: string, tgt: string) => () =>
      toy.parsing({
        tokenizers: { src: { type: src, size: 60 }, tgt: { type: tgt, size: 60 } },
        parsing: { linearization: 'vinyals', constrained: false, normalize: [] },
        objective: { tagWeight: 1 },
      });
    expect(build('wordpiece', 'word')).toThrow(
      'objective.tagWeight needs pieces that tell where words begin',
    );
    expect(build('bpe', 'bpe')).toThrow('objective.tagWeight needs word');
    expect(build('bpe', 'word')).not.toThrow();
  });
});

describe('the task', () => {
  const text = () => buildParsingText(configFor(toyTreebank, {}));

  it('splits raw English, and leaves other languages to whoever knows them', () => {
    const config = configFor(toyTreebank, {});
    const inLanguage = (lang: string) => buildParsingText({ ...config, data: { ...config.data, lang } });
    for (const language of ['en', 'EN', 'eng', 'en-US', 'en_GB']) {
      expect(inLanguage(language).prepare('It doesn\'t "rain" (yet).')).toBe(
        "It does n't `` rain '' -LRB- yet -RRB- .",
      );
    }
    for (const language of ['de', 'enm']) expect(inLanguage(language).prepare('Ja, es.')).toBe('Ja, es.');
  });

  it('gives nothing for an empty line', () => {
    expect(text().present('', ' ')).toEqual({ text: '' });
    expect(text().present('', 'a b').text).toBe('(TOP (XX a) (XX b))');
  });

  it('tags punctuation, which EVALB knows by its tag', () => {
    expect(text().present('', "`` a , b : -- . ''").text).toBe(
      "(TOP (`` ``) (XX a) (, ,) (XX b) (: :) (: --) (. .) ('' ''))",
    );
  });

  it('needs whole tokens for its targets where it depends on them', () => {
    const tokenizers = { src: { type: 'bpe', size: 60 }, tgt: { type: 'bpe', size: 60 } };
    const build = (parsing: Record<string, unknown>) => () => toy.parsing({ tokenizers, parsing });
    expect(build({ linearization: 'compact', constrained: false })).toThrow(
      'linearization compact needs word',
    );
    expect(build({ linearization: 'vinyals', constrained: true, normalize: [] })).toThrow(
      'constrained: true needs word',
    );
    expect(build({ linearization: 'vinyals', constrained: false, normalize: [] })).not.toThrow();
  });

  it('is constrained or not as the config says', async () => {
    expect((await prepare(configFor(toyTreebank, {}))).constraint).toBeDefined();
    expect((await prepare(configFor(toyTreebank, { constrained: false }))).constraint).toBeUndefined();
  });
});
