import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Result, tx } from './run.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-bleu-'));
  const files = {
    hyp: 'The cat sat on the mat .\nA dog runs , fast !\n',
    ref: 'The cat sat on a mat .\r\nA dog runs fast !',
    lower: 'the cat sat on the mat .\na dog runs , fast !\n',
    short: 'one\n',
    empty: '',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, 'latin'), Buffer.from('a\n\xe9\n', 'latin1'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs with the words that name files put into the folder, and takes the folder out of what it says. */
async function evalBleu(argv: string, stdin?: string): Promise<Result> {
  const words = argv.split(' ').map((word) => (/^[a-z]+$/.test(word) ? join(dir, word) : word));
  const { code, stdout, stderr } = await tx(['eval-bleu', ...words], stdin === undefined ? {} : { stdin });
  return { code, stdout, stderr: stderr.replaceAll(`${dir}/`, '') };
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

it('reads translations from standard input', async () => {
  const { stdout } = await evalBleu('--hyp hyp --ref ref');
  expect((await evalBleu('--hyp - --ref ref', 'The cat sat on the mat .\nA dog runs , fast !')).stdout).toBe(
    stdout,
  );
});

it.each<[string, number, string]>([
  ['--hyp hyp --ref short', 1, 'hyp has 2 lines, short has 1 line: each line needs its reference'],
  ['--hyp - --ref ref', 1, 'standard input: has no lines to score'],
  ['--hyp empty --ref empty', 1, 'empty: has no lines to score'],
  ['--hyp none --ref ref', 1, 'none: no such file or directory'],
  ['--hyp hyp --ref none', 1, 'none: no such file or directory'],
  ['--hyp latin --ref ref', 1, 'latin:2: not valid UTF-8'],
  ['--hyp hyp', 2, 'missing --ref; see tx eval-bleu --help'],
  [
    '--hyp hyp --ref ref --smooth=expo',
    2,
    '--smooth is one of exp, floor, add-k, none; found "expo"; see tx eval-bleu --help',
  ],
  [
    '--hyp hyp --ref ref --smooth-value 1',
    2,
    '--smooth-value is for --smooth floor and add-k; exp takes no value',
  ],
  ['--hyp hyp --ref ref --smooth=floor --smooth-value=-1', 2, '--smooth-value must be at least 0'],
])('%s', async (argv, code, message) => {
  expect(await evalBleu(argv)).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
});
