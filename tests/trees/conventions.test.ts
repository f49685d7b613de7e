// Treebanks of other languages as they are given out: small samples of our own in the manner of SPMRL's German and French
// and of the Chinese Treebank, and a config of ten lines that trains on one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildNormalizer } from '../../src/trees/normalize.ts';
import { readTrees } from '../../src/trees/read.ts';
import { words } from '../../src/trees/tree.ts';
import { writeTree } from '../../src/trees/write.ts';
import { tx } from '../commands/run.ts';

const GERMAN = `
(VROOT (S (NP-SB (ART-NK##case=nom|number=sg|gender=masc## Der) (NN-NK##case=nom|number=sg## Hund)) (VVFIN-HD##mood=ind## schläft)) ($. .))
(VROOT ($*LRB* \`) (S (PPER-SB##person=3## Sie) (VAFIN-HD##person=3## hat) (VP-OC (NP-OA (PIAT-NK##case=acc## viele) (NN-NK##case=acc## Bücher)) (VVPP-HD gelesen))) ($*LRB* ') ($. .))
`;
const FRENCH = `
(ROOT (SENT (NP-SUJ##func=SUJ## (DET##lem=le|cpos=D|gen=m## Le) (NC##lem=chat|mwehead=no## chat)) (VN##x=y## (V##lem=dormir|cpos=V## dort)) (PONCT##lem=.## .)))
( (SENT (VN (CLS-SUJ##lem=il## Il) (V##lem=parler## parle)) (PP-MOD (MWP+ (P##lem=à## à) (NC##lem=propos## propos))) (PONCT . )))
`;
const CHINESE = `<DOC>
<DOCID> 1 </DOCID>
<S ID=1>
( (IP (NP-SBJ (-NONE- *pro*)) (VP (VV 喜欢) (NP-OBJ (NN 书))) (PU 。)) )
</S>
<S ID=2>
( (IP (NP-PN-SBJ (NR 张三)) (VP (ADVP (AD 昨天))
      (VP (VV 买) (AS 了) (NP-OBJ (QP (CD 三) (CLP (M 本))) (NP (NN 书))))) (PU 。)) )
</S>
</DOC>
`;

const normalize = buildNormalizer(['dropTraces', 'stripFunctions', 'stripTop', 'dropRepeats']);
const treesOf = (text: string) => readTrees(text).flatMap((tree) => normalize(tree) ?? []);

it.each([
  [
    'German',
    GERMAN,
    [
      '(TOP (S (NP (ART Der) (NN Hund)) (VVFIN schläft)) ($. .))',
      "(TOP ($*LRB* `) (S (PPER Sie) (VAFIN hat) (VP (NP (PIAT viele) (NN Bücher)) (VVPP gelesen))) ($*LRB* ') ($. .))",
    ],
  ],
  [
    'French',
    FRENCH,
    [
      '(SENT (NP (DET Le) (NC chat)) (VN (V dort)) (PONCT .))',
      '(SENT (VN (CLS Il) (V parle)) (PP (MWP+ (P à) (NC propos))) (PONCT .))',
    ],
  ],
  [
    'Chinese',
    CHINESE,
    [
      '(IP (VP (VV 喜欢) (NP (NN 书))) (PU 。))',
      '(IP (NP (NR 张三)) (VP (ADVP (AD 昨天)) (VP (VV 买) (AS 了) (NP (QP (CD 三) (CLP (M 本))) (NP (NN 书))))) (PU 。))',
    ],
  ],
])('%s', (_, text, expected) => {
  expect(treesOf(text).map((tree) => writeTree(tree))).toEqual(expected);
});

describe('a config of ten lines', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tx-treebank-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['German', GERMAN, 32, 'TOP,$.,$*LRB*'],
    ['French', FRENCH, 24, 'TOP,PONCT'],
    ['Chinese', CHINESE, 24, 'TOP,PU'],
  ])('trains on %s, whose trees are then parsed and scored', async (name, text, size, deleted) => {
    const [treebank, config, run] = [`${name}.mrg`, `${name}.yaml`, name].map((file) =>
      join(folder, file),
    ) as [string, string, string];
    writeFileSync(treebank, text);
    const lines = [
      'task: parsing',
      'data:',
      `  train: { kind: trees, files: ${treebank} }`,
      `  valid: { kind: trees, files: ${treebank} }`,
      '  batchSentences: 32',
      'tokenizers: { text: { type: bpe, size: 8000 } }',
      'model: { type: encoder }',
      'training: { maxEpochs: 60 }',
      'optimizer: { type: adam }',
      'schedule: { type: cosine, learningRate: 1.0e-3, warmupSteps: 20 }',
    ];
    writeFileSync(config, lines.join('\n'));
    const small = {
      'tokenizers.text.size': size,
      'model.numLayers': 1,
      'model.dModel': 32,
      'model.dFf': 64,
      'model.dropout': 0,
      'evaluation.evalb.deleteLabels': `[${deleted}]`,
      threads: 1,
    };
    const set = Object.entries(small).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const trained = await tx(['train', config, '--run', run, '-q', ...set]);
    expect([trained.code, trained.stderr]).toEqual([0, '']);
    const gold = treesOf(text);
    const given = gold.map((tree) => `${words(tree).join(' ')}\n`).join('');
    const parsed = await tx(['parse', run, '--tokenized', '--threads', '1'], { stdin: given });
    expect(readTrees(parsed.stdout).map((tree) => writeTree(tree))).toEqual(
      gold.map((tree) => writeTree(tree)),
    );
  });
});
