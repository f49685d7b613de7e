import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Result, tx } from './run.ts';

const GOLD = [
  '(TOP (S (NP (DT the) (NN vorb)) (VP (VB drassed)) (. .)))',
  '(TOP (S (NP (NN plim)) (VP (VB wobs) (NP (NN fen)))))',
];
const files: Record<string, string[]> = {
  gold: GOLD,
  test: [
    '(TOP (S (NP (DT the)) (VP (NN vorb) (VB drassed)) (. .)))',
    '(TOP (S (NP (NN plim)) (VP (VB wobs) (NP (JJ fen)))))',
  ],
  words: [GOLD[0]!, '(S (NN plim) (VB wobs) (NN fens))'],
  open: [`(S ${GOLD[0]}`, GOLD[1]!],
  short: [GOLD[0]!],
  skipped: [GOLD[0]!, ''],
  none: [],
  spread: [
    '# a comment',
    '( (S (NP (DT the) (NN vorb))',
    '     (VP (VB drassed)) (. .)) )',
    '',
    '<S ID=2>',
    '( (S (NP (NN plim))',
    '     (VP (VB wobs) (NP (NN fen)))) )',
    '</S>',
  ],
  broken: [
    '( (S (NP (DT the) (NN vorb))',
    '     (VP (VB drassed)) (. .)) )',
    '(S (NN plim) (VB wobs) (NN fens))',
  ],
  untagged: ['(TOP (S (NP the vorb) (VP (VB drassed)) (. .)))', GOLD[1]!],
  comments: ['# one', ...GOLD, '% two'],
  prm: ['CUTOFF_LEN 3', 'MAX_ERROR 0'],
  typo: ['# mine', 'DELETE_LABLE TOP'],
};

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-parse-'));
  for (const [name, lines] of Object.entries(files)) {
    writeFileSync(join(dir, name), lines.map((line) => `${line}\n`).join(''));
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs with the words that name files put into the folder, and takes the folder out of what it says. */
async function evalParse(argv: string, stdin: string | Uint8Array = ''): Promise<Result> {
  const words = argv.split(' ').map((word) => (word in files || word === 'absent' ? join(dir, word) : word));
  const { code, stdout, stderr } = await tx(['eval-parse', ...words], { stdin });
  return { code, stdout, stderr: stderr.replaceAll(`${dir}/`, '') };
}

it("prints EVALB's table", async () => {
  const { code, stdout, stderr } = await evalParse('gold test');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "  Sent.                        Matched  Bracket   Cross        Correct Tag
     ID  Len.  Stat. Recal  Prec.  Bracket gold test Bracket Words  Tags Accracy
    ============================================================================
       1    4    0   33.33  33.33     1      3    3      1      3     3   100.00
       2    3    0  100.00 100.00     4      4    4      0      3     2    66.67
    ============================================================================
                     71.43  71.43      5     7     7      1      6     5    83.33
    === Summary ===

    -- All --
    Number of sentence        =      2
    Number of Error sentence  =      0
    Number of Skip  sentence  =      0
    Number of Valid sentence  =      2
    Bracketing Recall         =  71.43
    Bracketing Precision      =  71.43
    Bracketing FMeasure       =  71.43
    Complete match            =  50.00
    Average crossing          =   0.50
    No crossing               =  50.00
    2 or less crossing        = 100.00
    Tagging accuracy          =  83.33

    -- len<=40 --
    Number of sentence        =      2
    Number of Error sentence  =      0
    Number of Skip  sentence  =      0
    Number of Valid sentence  =      2
    Bracketing Recall         =  71.43
    Bracketing Precision      =  71.43
    Bracketing FMeasure       =  71.43
    Complete match            =  50.00
    Average crossing          =   0.50
    No crossing               =  50.00
    2 or less crossing        = 100.00
    Tagging accuracy          =  83.33
    "
  `);
});

it('prints JSON, with each sentence where asked', async () => {
  const { stdout } = await evalParse('gold - --json --per-sentence --prm prm', files.test!.join('\n'));
  expect(stdout).toMatchInlineSnapshot(`
    "{
     "all": {
      "sentences": 2,
      "errors": 0,
      "skipped": 0,
      "valid": 2,
      "recall": 77.77777777777777,
      "precision": 77.77777777777777,
      "f1": 77.77777777777777,
      "exactMatch": 50,
      "averageCrossing": 0.5,
      "noCrossing": 50,
      "twoOrLessCrossing": 100,
      "taggingAccuracy": 85.71428571428571,
      "matched": 7,
      "gold": 9,
      "test": 9,
      "crossing": 1,
      "words": 7,
      "tags": 6
     },
     "upToCutoff": {
      "cutoff": 3,
      "sentences": 1,
      "errors": 0,
      "skipped": 0,
      "valid": 1,
      "recall": 100,
      "precision": 100,
      "f1": 100,
      "exactMatch": 100,
      "averageCrossing": 0,
      "noCrossing": 100,
      "twoOrLessCrossing": 100,
      "taggingAccuracy": 66.66666666666667,
      "matched": 5,
      "gold": 5,
      "test": 5,
      "crossing": 0,
      "words": 3,
      "tags": 2
     },
     "sentences": [
      {
       "line": 1,
       "problems": [],
       "length": 4,
       "status": "ok",
       "matched": 2,
       "gold": 4,
       "test": 4,
       "crossing": 1,
       "words": 4,
       "tags": 4
      },
      {
       "line": 2,
       "problems": [],
       "length": 3,
       "status": "ok",
       "matched": 5,
       "gold": 5,
       "test": 5,
       "crossing": 0,
       "words": 3,
       "tags": 2
      }
     ]
    }
    "
  `);
  const plain = JSON.parse((await evalParse('gold test --json --cutoff 2')).stdout);
  expect(Object.keys(plain)).toEqual(['all', 'upToCutoff']);
  expect(plain.upToCutoff).toMatchObject({ cutoff: 2, sentences: 0, f1: 0 });
});

it('counts bad sentences where asked', async () => {
  const { code, stdout, stderr } = await evalParse('gold words --skip-bad --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).all).toMatchObject({ sentences: 2, errors: 1, valid: 1, f1: 100 });
  expect(stderr).toMatchInlineSnapshot(`
    "tx: warning: words:2: does not fit gold:2: word 3 is "fen" in the gold tree, "fens" in the test tree
    "
  `);
  const short = await evalParse('gold short --skip-bad --json');
  expect(JSON.parse(short.stdout).all).toMatchObject({ sentences: 1, errors: 0 });
});

it('reads either side, or the parameters, from standard input, packed or with a byte order mark', async () => {
  const { stdout } = await evalParse('gold test');
  const [gold, test] = ['gold', 'test'].map((name) => `\ufeff${files[name]!.join('\n')}`);
  expect(await evalParse('gold -', test)).toEqual({ code: 0, stdout, stderr: '' });
  expect(await evalParse('- test', gold)).toEqual({ code: 0, stdout, stderr: '' });
  expect(await evalParse('gold -', gzipSync(test!))).toEqual({ code: 0, stdout, stderr: '' });
  const bare = (await evalParse('gold test --prm bare')).stdout;
  expect(await evalParse('gold test --prm=-', '\ufeffDEBUG 0\r\n')).toEqual({
    code: 0,
    stdout: bare,
    stderr: '',
  });
  expect((await evalParse('- -')).stderr).toBe(
    'tx: standard input, -, can be read once: give files for the others\n',
  );
});

describe('files that are not one tree a line', () => {
  const f1 = async (argv: string) => {
    const { code, stdout, stderr } = await evalParse(`${argv} --json`);
    return { code, f1: code === 0 ? JSON.parse(stdout).all.f1 : undefined, stderr };
  };

  it.each(['spread spread', 'comments comments', 'comments gold', 'gold comments', 'untagged untagged'])(
    '%s: 100',
    async (argv) => {
      expect(await f1(argv)).toMatchObject({ code: 0, f1: 100 });
    },
  );

  it('say where only the outermost bracket costs the score', async () => {
    expect(await f1('spread gold')).toEqual({
      code: 0,
      f1: 87.5,
      stderr:
        'tx: warning: the outermost brackets differ (label in spread: none) and count: F1 is 87.50, without them 100.00; tx tree --normalize stripTop takes them off\n',
    });
  });

  it('have words without tags tagged, unless errors are to be counted as by EVALB', async () => {
    const { code, stderr, f1: score } = await f1('gold untagged');
    expect({ code, score }).toEqual({ code: 0, score: 100 });
    expect(stderr).toBe('tx: warning: untagged: 2 words without a tag, taken for (XX word)\n');
    const counted = await evalParse('gold untagged --skip-bad --json');
    expect(JSON.parse(counted.stdout).all).toMatchObject({ sentences: 2, valid: 1 });
    expect(counted.stderr).toContain('untagged:1: "the" in column');
  });

  it('have the lines of trees told', async () => {
    const { stderr } = await evalParse('spread broken');
    expect(stderr).toMatch(/^tx: broken:3: does not fit spread:6: word 3 is "fen" in the gold tree, "fens"/);
    const { stdout } = await evalParse('spread spread --json --per-sentence');
    expect(JSON.parse(stdout).sentences.map(({ line }: { line: number }) => line)).toEqual([2, 6]);
  });

  const data = process.env.TX_DATA ?? '../shared/data';
  it.skipIf(!existsSync(data))("the Treebank's sample and EVALB's own (skipped: no TX_DATA)", async () => {
    const trees = `${data}/treebank/test.mrg`;
    const { stdout, stderr } = await tx(['eval-parse', trees, trees, '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).all).toMatchObject({ sentences: 245, valid: 245, f1: 100, exactMatch: 100 });
    const [gold, test, prm, out] = ['gld', 'tst', 'prm', 'out'].map((end) => `${data}/evalb/sample.${end}`);
    const sample = await tx(['eval-parse', gold!, test!, '--prm', prm!, '--skip-bad']);
    expect(sample.stdout).toBe(readFileSync(out!, 'utf8'));
  });
});

it('tells of sentences without words', async () => {
  const { code, stderr } = await evalParse('gold skipped');
  expect(code).toBe(0);
  expect(stderr).toBe(
    'tx: warning: skipped: 1 sentence has no words and no part in the scores, as in EVALB\n',
  );
});

it.each<[string, number, string]>([
  [
    'gold words',
    1,
    'words:2: does not fit gold:2: word 3 is "fen" in the gold tree, "fens" in the test tree; --skip-bad counts such errors and goes on',
  ],
  ['gold open', 1, 'open:1: a "(" has no ")"; --skip-bad counts such errors and goes on'],
  ['open gold', 1, 'open:1: a "(" has no ")"; --skip-bad counts such errors and goes on'],
  [
    'gold short',
    1,
    'gold has 2 sentences, short has 1 sentence: each tree needs its counterpart, an empty line where there is none; --skip-bad counts such errors and goes on',
  ],
  ['gold none', 1, 'none: has no trees to score'],
  ['none gold', 1, 'none: has no trees to score'],
  ['gold absent', 1, 'absent: no such file or directory'],
  ['gold test --prm typo', 2, 'typo:2: DELETE_LABLE is no parameter of EVALB; did you mean DELETE_LABEL?'],
  ['gold test --cutoff=-1', 2, '--cutoff must be a whole number of at least 0'],
  [
    'gold test --per-sentence',
    2,
    '--per-sentence is for --json; the table has a row for each sentence anyway',
  ],
  ['gold test --max-errors 3', 2, '--max-errors is for --skip-bad'],
])('%s', async (argv, code, message) => {
  expect(await evalParse(argv)).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
});

it('gives up after too many bad sentences', async () => {
  const { code, stdout, stderr } = await evalParse('open words --skip-bad --max-errors 0');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n').at(-2)).toBe('tx: 2 errors, where MAX_ERROR is 0; see --max-errors');
});

describe('several parsers', () => {
  const better = ['(TOP (S (NP (DT the) (NN vorb)) (VP (VB drassed)) (. .)))', files.test![1]!];

  it('are a line each in a table, with a test against the first', async () => {
    writeFileSync(join(dir, 'better'), better.map((line) => `${line}\n`).join(''));
    const { code, stdout, stderr } = await evalParse(`gold test ${join(dir, 'better')}`);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/).slice(1))).toEqual([
      ['F1', 'Precision', 'Recall', 'Exact match'],
      ['71.43', '71.43', '71.43', '50.00'],
      ['100.00', '100.00', '100.00', '100.00'],
      [],
    ]);
    const tested = await evalParse(`gold test ${join(dir, 'better')} --paired-bs --paired-bs-n 50 --json`);
    const [first, second] = JSON.parse(tested.stdout);
    expect(first).toMatchObject({ all: { matched: 5, gold: 7 }, f1: { p_value: null } });
    expect(second.f1.p_value).toBeGreaterThan(0.05);
    expect(second.name).toContain('better');
  });

  it('must have the same sentences', async () => {
    const { code, stderr } = await evalParse('gold test short --skip-bad');
    expect(code).toBe(1);
    expect(stderr).toContain('short and test have not the same sentences of gold');
    expect((await evalParse('gold test --paired-ar')).stderr).toContain(
      'give the trees of two parsers or more',
    );
  });
});

describe('--html', () => {
  it('writes a page of scores, errors and trees', async () => {
    const page = join(dir, 'page.html');
    const { code, stderr } = await evalParse(`gold test --html ${page}`);
    expect([code, stderr]).toEqual([0, '']);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    for (const id of ['scores', 'errors', 'labels', 'spans', 'lengths', 'all'])
      expect(html).toContain(`id="${id}"`);
    // The first sentence has the subject's noun in the verb phrase, the second is right.
    expect(html.match(/data-line/g)).toHaveLength(1);
    expect(html).toContain('1 sentence with an error');
    expect(html.match(/class="tag \w+ off"/g)).toHaveLength(4);
    const { stderr: refused } = await evalParse('gold test --html gold');
    expect(refused).toContain('is another file of this command');
  });
});
