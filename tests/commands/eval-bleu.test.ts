// `tx eval-bleu` on files: what it prints, what it refuses, what it warns of. (Runs: system.test.ts.)
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricNames, metrics } from '../../src/metrics/index.ts';
import { type Result, tx } from './run.ts';

let dir: string;

const files = {
  hyp: 'The cat sat on the mat .\nA dog runs , fast !\n',
  ref: 'The cat sat on a mat .\r\nA dog runs fast !',
  lower: 'the cat sat on the mat .\na dog runs , fast !\n',
  src: 'Die Katze saß auf der Matte .\nEin Hund rennt schnell !\n',
  gap: 'The cat sat on a mat .\n\n',
  short: 'one\n',
  empty: '',
  many: 'It is so .\n'.repeat(120),
  manyref: 'It was so.\n'.repeat(120),
  marked: '\ufeffThe cat sat on the mat .\nA dog runs , fast !\n',
  zhhyp: '我们今天去公园，天气很好！\n他说：“谢谢你。”\n',
  zhref: '我们今天去公园玩，天气真好！\n他说：“谢谢。”\n',
  'marked-ref': '\ufeffThe cat sat on a mat .\nA dog runs fast !\n',
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-bleu-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, 'latin'), Buffer.from('a\n\xe9\n', 'latin1'));
  symlinkSync('hyp', join(dir, 'linked'));
  writeFileSync(join(dir, 'packed.gz'), gzipSync(files.hyp));
  writeFileSync(join(dir, 'marked.gz'), gzipSync(files.marked));
});
afterAll(() => rmSync(dir, { recursive: true }));

const NAMES =
  /^(hyp|ref|lower|src|gap|short|empty|many|manyref|latin|none|(?:marked|packed)\.gz|marked|marked-ref|zhhyp|zhref|linked|none\/x)$/;

/** Runs with the words that name files put into the folder, and takes the folder out of what it says. */
async function evalBleu(argv: string, stdin?: string): Promise<Result> {
  const words = argv.split(' ').map((word) => (NAMES.test(word) ? join(dir, word) : word));
  const { code, stdout, stderr } = await tx(['eval-bleu', ...words], stdin === undefined ? {} : { stdin });
  const strip = (text: string) => text.replaceAll(`${dir}/`, '');
  return { code, stdout: strip(stdout), stderr: strip(stderr) };
}

// sacreBLEU 2.6.0's lines, the signature's version aside:
//   sacrebleu ref -i hyp -f text -w 2            sacrebleu ref lower -i hyp -f text -w 2
//   sacrebleu lower -i hyp -lc -f text -w 2      sacrebleu ref -i lower --tokenize none --smooth-method floor
//                                                  --smooth-value 0.5 -f text -w 2
it.each<[string, string]>([
  [
    '--hyp hyp --ref ref',
    'BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:tx-0.1.0 = 40.02 84.6/63.6/33.3/14.3 (BP = 1.000 ratio = 1.083 hyp_len = 13 ref_len = 12)',
  ],
  [
    '--hyp hyp --ref ref lower',
    'BLEU|nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:tx-0.1.0 = 96.22 100.0/100.0/100.0/85.7 (BP = 1.000 ratio = 1.000 hyp_len = 13 ref_len = 13)',
  ],
  [
    '--hyp hyp --ref lower --lowercase',
    'BLEU|nrefs:1|case:lc|eff:no|tok:13a|smooth:exp|version:tx-0.1.0 = 100.00 100.0/100.0/100.0/100.0 (BP = 1.000 ratio = 1.000 hyp_len = 13 ref_len = 13)',
  ],
  [
    '--hyp lower --ref ref --tokenize=none --smooth=floor --smooth-value 0.5',
    'BLEU|nrefs:1|case:mixed|eff:no|tok:none|smooth:floor[0.50]|version:tx-0.1.0 = 22.36 69.2/45.5/11.1/7.1 (BP = 1.000 ratio = 1.083 hyp_len = 13 ref_len = 12)',
  ],
  [
    '--hyp hyp --ref ref --max-ngram-order 2 --effective-order -w 3',
    'BLEU|nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp|version:tx-0.1.0 = 73.380 84.6/63.6 (BP = 1.000 ratio = 1.083 hyp_len = 13 ref_len = 12)',
  ],
])('%s', async (argv, line) => {
  expect(await evalBleu(argv)).toEqual({ code: 0, stdout: `${line}\n`, stderr: '' });
});

it("prints sacreBLEU's JSON fields", async () => {
  const { stdout } = await evalBleu('--hyp hyp --ref ref --json');
  expect(stdout).toMatchInlineSnapshot(`
    "{
     "name": "BLEU",
     "score": 40.0160160192,
     "signature": "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:tx-0.1.0",
     "verbose_score": "84.6/63.6/33.3/14.3 (BP = 1.000 ratio = 1.083 hyp_len = 13 ref_len = 12)",
     "nrefs": "1",
     "case": "mixed",
     "eff": "no",
     "tok": "13a",
     "smooth": "exp",
     "version": "tx-0.1.0"
    }
    "
  `);
});

it('reads standard input and packed files', async () => {
  const { stdout } = await evalBleu('--hyp hyp --ref ref');
  const piped = await evalBleu('--hyp - --ref ref', 'The cat sat on the mat .\nA dog runs , fast !');
  expect(piped).toEqual({ code: 0, stdout, stderr: '' });
  expect(await evalBleu('--hyp packed.gz --ref ref')).toEqual({ code: 0, stdout, stderr: '' });
  for (const ref of ['--ref -', '--ref=-']) {
    const reversed = await evalBleu(`--hyp hyp ${ref}`, files.ref);
    expect(reversed).toEqual({ code: 0, stdout, stderr: '' });
  }
  expect(await evalBleu('--ref - --hyp hyp', files.ref)).toEqual({ code: 0, stdout, stderr: '' });
  const withSource = await evalBleu('--hyp hyp --ref ref --src -', 'a\nb\n');
  expect(withSource).toEqual({ code: 0, stdout, stderr: '' });
});

it('a byte order mark is no part of the text, packed or not, on either side', async () => {
  const { stdout } = await evalBleu('--hyp hyp --ref ref');
  for (const argv of ['--hyp marked --ref ref', '--hyp marked.gz --ref ref', '--hyp hyp --ref marked-ref'])
    expect((await evalBleu(argv)).stdout).toBe(stdout);
  expect((await evalBleu('--hyp - --ref ref', files.marked)).stdout).toBe(stdout);
});

it('computes metrics in one order, however they are given', async () => {
  const { code, stdout } = await evalBleu('--hyp hyp --ref ref --metrics ter,bleu chrf');
  expect([code, stdout.split('\n').map((line) => line.split('|')[0]!.trim())]).toEqual([
    0,
    ['BLEU', 'chrF2', 'TER', ''],
  ]);
});

it('has an option for every setting of every metric', async () => {
  const { stdout } = await tx(['eval-bleu', '--help']);
  for (const name of metricNames) {
    for (const key of Object.keys(metrics[name].options.shape)) {
      const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const option = name === 'bleu' ? kebab : `${name}-${kebab}`;
      const line = stdout.split('\n').find((text) => new RegExp(`--${option}(,|\\s)`).test(text));
      expect(line, option).toMatch(/--[\w-]+(, --[\w-]+)* +[A-Z]/);
      expect(line).not.toContain('undefined');
    }
  }
});

describe('what cannot be', () => {
  const FILES = '--hyp hyp --ref ref';

  it.each<[string, number, string]>([
    ['--hyp hyp --ref short', 1, 'hyp has 2 lines, short has 1 line: each line needs its reference'],
    ['--hyp hyp short --ref ref', 1, 'hyp has 2 lines, short has 1 line: systems need the same lines'],
    [`${FILES} --src short`, 1, 'hyp has 2 lines, short has 1 line: each line needs its source'],
    ['--hyp - --ref ref', 1, 'standard input: has no lines to score'],
    ['--hyp empty --ref empty', 1, 'empty: has no lines to score'],
    ['--hyp none --ref ref', 1, 'none: no such file or directory'],
    ['--hyp hyp --ref none', 1, 'none: no such file or directory'],
    [
      '--hyp latin --ref ref',
      1,
      'latin:2: not valid UTF-8: byte 1 of the line is 0xe9; convert the text to UTF-8',
    ],
    [
      '--hyp hyp --ref latin',
      1,
      'latin:2: not valid UTF-8: byte 1 of the line is 0xe9; convert the text to UTF-8',
    ],
    ['--hyp --ref ref', 2, '--hyp expects a value; see tx eval-bleu --help'],
    ['--hyp hyp', 2, 'missing --ref; see tx eval-bleu --help'],
    ['--hyp=- --hyp=- --ref ref', 2, 'standard input, -, can be read once: give files for the others'],
    ['--hyp - --ref=-', 2, 'standard input, -, can be read once: give files for the others'],
    ['--hyp hyp --ref', 2, '--ref expects a value; see tx eval-bleu --help'],
    ['--hyp hyp hyp --ref ref', 2, '--hyp has hyp twice; tell them apart with --names'],
    [`${FILES} --names a b`, 2, '--names has 2 names for 1 system'],
    ['--hyp hyp lower --names a a --ref ref', 2, '--names has a twice'],
    [
      `${FILES} --smooth=expo`,
      2,
      '--smooth-method is one of exp, floor, add-k, none; found "expo"; see tx eval-bleu --help',
    ],
    [`${FILES} --smooth-value 1`, 2, '--smooth-value is for --smooth floor and add-k; exp takes no value'],
    [`${FILES} --smooth=floor --smooth-value=-1`, 2, '--smooth-value -1: expected at least 0, found -1'],
    [`${FILES} --max-ngram-order 0`, 2, '--max-ngram-order 0: expected more than 0, found 0'],
    [`${FILES} -m chrf --chrf-beta 1.5`, 2, '--chrf-beta 1.5: expected a whole number, found 1.5'],
    [`${FILES} --metrics blue`, 2, '--metrics: no metric "blue"; did you mean bleu?'],
    [
      `${FILES} --chrf-beta 1`,
      2,
      '--chrf-beta is for chrf, which is not computed; it is with --metrics bleu,chrf',
    ],
    [
      `${FILES} -m ter --lowercase`,
      2,
      '--lowercase is for bleu, which is not computed; it is with --metrics bleu,ter',
    ],
    [
      `${FILES} -m chrf --force`,
      2,
      '--force is for bleu, which is not computed; it is with --metrics bleu,chrf',
    ],
    [
      `${FILES} -m ter --ter-asian-support`,
      2,
      '--ter-asian-support changes nothing without --ter-normalized or --ter-no-punct',
    ],
    [`${FILES} --width 1.5`, 2, '--width 1.5: give a whole number from 0 to 15'],
    [`${FILES} --paired-bs`, 2, '--paired-bs compares systems: give two or more runs, or files to --hyp'],
    [
      '--hyp hyp lower --ref ref --confidence',
      2,
      '--confidence is for one system; --paired-bs and --paired-ar compare several',
    ],
    [`${FILES} --paired-bs --paired-ar`, 2, '--paired-bs and --paired-ar exclude each other'],
    [`${FILES} --confidence-n 5`, 2, '--confidence-n is for --confidence'],
    ['--hyp hyp lower --ref ref --paired-bs --paired-ar-n 5', 2, '--paired-ar-n is for --paired-ar'],
    [`${FILES} --confidence --confidence-n 0`, 2, '--confidence-n 0: give a whole number above 0'],
    [`${FILES} --seed 5`, 2, '--seed is for --confidence, --paired-bs and --paired-ar'],
    [`${FILES} --confidence --seed x`, 2, 'the seed "x" is neither a non-negative integer nor none'],
    [`${FILES} --test-set wmt14`, 2, '--test-set brings its references: leave --ref out, or --test-set'],
    [
      '--hyp hyp --test-set wmt14 --langpair en-de --src src',
      2,
      '--test-set brings its sources: leave --src out',
    ],
    ['--hyp hyp --test-set wmt14', 2, '--test-set needs --langpair, such as en-de'],
    ['--hyp hyp --test-set wmt14 --langpair ende', 2, '--langpair ende: give two languages, such as en-de'],
    [`${FILES} --lang de`, 2, '--lang is for --protocol'],
    [`${FILES} --protocol vaswani2017`, 2, '--protocol needs the target language: --lang de'],
    [
      `${FILES} --protocol vaswani2017 --lang de --tokenize intl`,
      2,
      '--tokenize is not for --protocol vaswani2017, which settles how to score',
    ],
    [
      '--hyp hyp --test-set wmt14 --langpair en-de --protocol vaswani2017 --ref-tokenized',
      2,
      '--ref-tokenized is for --ref; the references of test sets are plain text',
    ],
    ['--list-test-sets --json', 2, '--list-test-sets prints a list and takes nothing else'],
    [`${FILES} --html hyp`, 2, '--html hyp: is another file of this command'],
    [`${FILES} --html x.txt`, 2, '--html x.txt: what it writes is no .txt; let the name end in .html'],
    [`${FILES} --csv x.GZ`, 2, '--csv x.GZ: what it writes is no .gz; let the name end in .csv'],
    [
      `${FILES} --sentences-csv a.html`,
      2,
      '--sentences-csv a.html: what it writes is no .html; let the name end in .csv',
    ],
    [`${FILES} --csv linked`, 2, '--csv linked: is another file of this command'],
    [`${FILES} --csv none/x`, 1, 'none/x: its folder does not exist'],
  ])('%s', async (argv, code, message) => {
    expect(await evalBleu(argv)).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
  });
});

// sacrebleu zhref -i zhhyp --tokenize zh|13a|char -f text -w 2
describe('the language of the translations', () => {
  const UNSPACED = "the references are written without spaces between words, and BLEU's tokenizer";
  const lineOf = (tok: string, rest: string) =>
    `BLEU|nrefs:1|case:mixed|eff:no|tok:${tok}|smooth:exp|version:tx-0.1.0 = ${rest}\n`;

  it("chooses BLEU's tokenizer", async () => {
    const { code, stdout, stderr } = await evalBleu('--hyp zhhyp --ref zhref --langpair en-zh');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('|tok:zh|');
    expect((await evalBleu('--hyp zhhyp --ref zhref --tokenize zh')).stdout).toBe(stdout);
    expect((await evalBleu('--hyp zhhyp --ref zhref --langpair de-zh-cn')).code).toBe(2);
    expect((await evalBleu('--hyp hyp --ref ref --langpair en-de')).stdout).toContain('|tok:13a|');
  });

  it('is doubtful where sacreBLEU would choose otherwise, and where text has no spaces', async () => {
    const unknown = await evalBleu('--hyp zhhyp --ref zhref');
    expect(unknown.stdout).toContain('|tok:13a|');
    expect(unknown.stderr).toBe(
      `tx: warning: ${UNSPACED} 13a takes whole clauses for words; give --langpair, or --tokenize zh or char\n`,
    );
    const known = await evalBleu('--hyp zhhyp --ref zhref --langpair en-zh --tokenize intl');
    expect(known.stdout).toContain('|tok:intl|');
    expect(known.stderr).toBe(
      `tx: warning: ${UNSPACED} intl takes whole clauses for words; give --tokenize zh or char\n`,
    );
    const japanese = await evalBleu('--hyp zhhyp --ref zhref --langpair en-ja');
    expect(japanese.stdout).toContain('|tok:char|');
    expect(japanese.stderr).toContain('tx: warning: BLEU of ja is computed with the tokenizer char: ');
    const given = await evalBleu('--hyp zhhyp --ref zhref --langpair en-ja --tokenize char');
    expect(given).toEqual({ code: 0, stdout: japanese.stdout, stderr: '' });
  });

  it('gives the scores of sacreBLEU', async () => {
    const score = async (options: string) => (await evalBleu(`--hyp zhhyp --ref zhref ${options}`)).stdout;
    expect(await score('--langpair en-zh')).toBe(
      lineOf('zh', '63.80 90.9/75.0/55.6/43.8 (BP = 1.000 ratio = 1.000 hyp_len = 22 ref_len = 22)'),
    );
    expect(await score('--langpair en-ja')).toBe(
      lineOf('char', '63.80 90.9/75.0/55.6/43.8 (BP = 1.000 ratio = 1.000 hyp_len = 22 ref_len = 22)'),
    );
    expect(await score('--tokenize 13a')).toBe(
      lineOf('13a', '0.00 0.0/0.0/0.0/0.0 (BP = 1.000 ratio = 1.000 hyp_len = 2 ref_len = 2)'),
    );
  });
});

describe('what is odd', () => {
  it.each<[string, string]>([
    ['--hyp ref --ref ref', 'ref is the same text as ref; are these the right files?'],
    ['--hyp src --ref ref --src src', 'src is the same text as src; are these the right files?'],
    ['--hyp hyp --ref ref --src ref', 'ref is the same text as ref; are these the right files?'],
    ['--hyp hyp --ref ref gap', 'gap: 1 empty line taken as references without words, as by sacreBLEU'],
    [
      '--hyp many --ref manyref',
      'many: many lines end in " .", as tokenized text does, which lowers BLEU; detokenize it, or say --force',
    ],
  ])('%s', async (argv, message) => {
    const { code, stdout, stderr } = await evalBleu(argv);
    expect([code, stdout.startsWith('BLEU|'), stderr]).toEqual([0, true, `tx: warning: ${message}\n`]);
  });

  it.each(['--force', '--tokenize=none', '--metrics chrf,ter', '-q'])('but not with %s', async (option) => {
    const { code, stderr } = await evalBleu(`--hyp many --ref manyref ${option}`);
    expect([code, stderr]).toEqual([0, '']);
  });
});
