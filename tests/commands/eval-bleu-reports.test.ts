// `tx eval-bleu` on several systems: tables, tests of significance, files to look into, test sets by name.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeTestSets } from '../../src/data/test-sets.ts';
import { type Result, tx } from './run.ts';

let dir: string;
const at = (name: string) => join(dir, name);
const write = (name: string, lines: readonly string[]) => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), lines.map((line) => `${line}\n`).join(''));
};

const refs = Array.from(
  { length: 30 },
  (_, i) => `Line ${i} of the text, and <b>no</b> other than number ${i * 7}.`,
);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-reports-'));
  write('ref', refs);
  write(
    'src',
    refs.map((_, i) => `Zeile ${i}`),
  );
  write(
    'good',
    refs.map((line, i) => (i % 3 === 0 ? line.replace('the text', 'a text') : line)),
  );
  write(
    'bad',
    refs.map((line, i) => (i % 2 === 0 ? line.split(' ').reverse().join(' ') : line)),
  );
  write(
    'same',
    refs.map((line, i) => (i % 3 === 1 ? line.replace('the text', 'a text') : line)),
  );
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function evalBleu(argv: string): Promise<Result> {
  const words = argv
    .split(' ')
    .map((word) => (/^(ref|src|good|bad|same|out\S*)$/.test(word) ? at(word) : word));
  const { code, stdout, stderr } = await tx(['eval-bleu', ...words]);
  const strip = (text: string) => text.replaceAll(`${dir}/`, '');
  return { code, stdout: strip(stdout), stderr: strip(stderr) };
}

it('puts several systems into a table', async () => {
  const { code, stdout, stderr } = await evalBleu('--hyp bad good --names old new --ref ref -m bleu,ter');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').map((line) => line.replace(/\d+\.\d\d/g, 'N'))).toEqual([
    'System   BLEU    TER',
    'old     N  N',
    'new     N   N',
    '',
    'BLEU  nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:tx-0.1.0',
    'TER   nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:tx-0.1.0',
    '',
  ]);
});

it('gives scores the decimals that --width says, wherever they go', async () => {
  const argv = '--hyp good ref --names a b --ref ref -m bleu,ter --csv out.w.csv --sentences-csv out.ws.csv';
  const page = '--html out.w.html';
  const { stdout } = await evalBleu(`${argv} ${page} -w 4`);
  expect(stdout).toMatch(/^System +BLEU +TER\na +\d+\.\d{4} +\d+\.\d{4}\nb +100\.0000 +0\.0000\n/);
  const scores = (name: string): string[][] => parse(readFileSync(at(name)));
  expect(scores('out.w.csv').map((row) => row[2])).toEqual([
    'score',
    ...[0, 1].map(() => expect.stringMatching(/^\d+\.\d{4}$/)),
    '100.0000',
    '0.0000',
  ]);
  expect(scores('out.ws.csv')[2]![5]).toBe('100.0000');
  expect(readFileSync(at('out.w.html'), 'utf8')).toContain('<strong>100.0000</strong>');
});

it('says 100 where rounding says more', async () => {
  const argv = '--hyp ref good --names a b --ref ref --csv out.100.csv --sentences-csv out.100s.csv';
  await evalBleu(argv);
  for (const name of ['out.100.csv', 'out.100s.csv']) {
    const text = readFileSync(at(name), 'utf8');
    expect(text).toMatch(/,100,/);
    expect(text).not.toMatch(/100\.0/);
  }
  const one = '--hyp ref --ref ref';
  expect(JSON.parse((await evalBleu(`${one} --json -w 15`)).stdout).score).toBe(100);
  expect((await evalBleu(`${one} -w 15`)).stdout).toContain(' = 100.000000000000000 ');
});

it('calls systems by what tells their files apart', async () => {
  write('out.runs/small/results/test.hyp', refs);
  write('out.runs/large/results/test.hyp', refs.toReversed());
  const hyps = ['small', 'large'].map((run) => at(`out.runs/${run}/results/test.hyp`));
  const { stdout } = await tx(['eval-bleu', '--hyp', ...hyps, '--ref', at('ref')]);
  expect(stdout).toMatch(/^System +BLEU\nsmall +100\.00\nlarge +\d/);
});

it('prints an object for each system and metric', async () => {
  const { stdout } = await evalBleu('--hyp bad good --names old new --ref ref --metrics bleu,ter --json');
  const rows = JSON.parse(stdout);
  expect(rows.map(({ system, name }: Record<string, string>) => [system, name])).toEqual([
    ['old', 'BLEU'],
    ['old', 'TER'],
    ['new', 'BLEU'],
    ['new', 'TER'],
  ]);
  const one = JSON.parse((await evalBleu('--hyp good --ref ref --json')).stdout);
  expect(rows[2]).toEqual({ system: 'new', ...one });
});

describe('significance', () => {
  it('is told in the table', async () => {
    const options = '--paired-bs --paired-bs-n 200 --seed 3';
    const { code, stdout, stderr } = await evalBleu(`--hyp good bad same --ref ref ${options}`);
    expect([code, stderr]).toEqual([0, '']);
    const [head, baseline, bad, same, , note, , signature] = stdout.split('\n');
    expect(head).toMatch(/^System +BLEU +mean ± CI +p$/);
    expect(baseline).toMatch(/^Baseline: good +\d+\.\d\d +\d+\.\d\d ± \d+\.\d\d$/);
    expect(bad).toMatch(/^bad +\d+\.\d\d +\d+\.\d\d ± \d+\.\d\d +0\.0050\*$/);
    expect(same).toMatch(/^same .* [01]\.\d{4}$/);
    expect(note).toBe(
      'Paired bootstrap resampling, 200 resamples, seed 3: each system against the baseline, * where p is at most 0.05',
    );
    expect(signature).toBe(
      'BLEU  nrefs:1|bs:200|seed:3|case:mixed|eff:no|tok:13a|smooth:exp|version:tx-0.1.0',
    );
  });

  it('is by randomization as well, without intervals', async () => {
    const { stdout } = await evalBleu('--hyp good bad --ref ref --paired-ar --paired-ar-n 100');
    expect(stdout).toMatch(/^System +BLEU +p\nBaseline: good +\d+\.\d\d\nbad +\d+\.\d\d +0\.0\d+\*\n/);
    expect(stdout).toContain('Paired approximate randomization, 100 trials, seed 12345');
    expect(stdout).toContain('nrefs:1|ar:100|seed:12345|');
  });

  it('rounds where asked', async () => {
    const { stdout } = await evalBleu(
      '--hyp good bad --ref ref --paired-bs --paired-bs-n 20 --json --width 1',
    );
    for (const { BLEU } of JSON.parse(stdout)) {
      for (const value of [BLEU.score, BLEU.mean, BLEU.ci]) expect(value).toBe(Number(value.toFixed(1)));
    }
  });

  it('of one system is its interval', async () => {
    const { stdout } = await evalBleu('--hyp good --ref ref --confidence --confidence-n 50 --seed none');
    expect(stdout).toMatch(/^BLEU\|nrefs:1\|bs:50\|seed:none\|.* = \d+\.\d\d \(μ = \d+\.\d\d ± \d+\.\d\d\) /);
  });
});

describe('files', () => {
  it('hold scores, sentences and a page', async () => {
    const outputs = '--csv out.csv --sentences-csv out2.csv --html out.html';
    const argv = `--hyp good bad --ref ref --src src -m bleu,chrf --paired-bs --paired-bs-n 50 ${outputs}`;
    const { code, stdout, stderr } = await evalBleu(argv);
    expect([code, stderr]).toEqual([0, '']);
    const [header, ...rows]: string[][] = parse(readFileSync(at('out.csv')));
    expect(header).toEqual(['system', 'metric', 'score', 'mean', 'interval', 'p_value', 'signature']);
    expect(rows.map(([system, metric]) => [system!.replace(`${dir}/`, ''), metric])).toEqual([
      ['good', 'BLEU'],
      ['good', 'chrF2'],
      ['bad', 'BLEU'],
      ['bad', 'chrF2'],
    ]);
    expect(stdout).toContain(Number(rows[0]![2]).toFixed(2));
    expect(rows[0]![6]).toContain('|bs:50|seed:12345|');
    const sentences: string[][] = parse(readFileSync(at('out2.csv')));
    expect(sentences).toHaveLength(refs.length + 1);
    expect(sentences[1]!.slice(0, 3)).toEqual(['1', 'Zeile 0', refs[0]]);
    const page = readFileSync(at('out.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('Paired bootstrap resampling, 50 resamples, seed 12345');
    expect(page).toContain('&lt;b>no&lt;/b>');
    expect(page).not.toContain('<b>no</b>');
  });

  it('score single sentences by BLEU with its effective order', async () => {
    await evalBleu('--hyp good --ref ref --sentences-csv out3.csv');
    const sentences: string[][] = parse(readFileSync(at('out3.csv')));
    expect(sentences[0]!.slice(0, 2)).toEqual(['line', 'reference']);
    write('out.line', [readFileSync(at('good'), 'utf8').split('\n')[0]!]);
    write('out.ref', [refs[0]!]);
    const { stdout } = await evalBleu('--hyp out.line --ref out.ref --effective-order --json');
    expect(Number(sentences[1]![3])).toBeCloseTo(JSON.parse(stdout).score, 9);
  });

  it('are not begun where something fails', async () => {
    const { code } = await evalBleu('--hyp good --ref src good --csv out4.csv --html out4.html --seed 1');
    expect([code, existsSync(at('out4.csv')), existsSync(at('out4.html'))]).toEqual([2, false, false]);
  });
});

it('scores several systems by a protocol', async () => {
  const argv = '--hyp good bad --ref ref --protocol vaswani2017 --lang en';
  const { code, stdout } = await evalBleu(argv);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^good\nvaswani2017 \(en\): BLEU = .*\n\nbad\nvaswani2017 \(en\): BLEU = /s);
  const rows = JSON.parse((await evalBleu(`${argv} --json --ref-tokenized`)).stdout);
  expect(rows.map(({ system }: { system: string }) => system.replace(`${dir}/`, ''))).toEqual([
    'good',
    'bad',
  ]);
  expect(rows[0].steps[1]).toBe('references: taken as they are, tokenized beforehand');
});

describe('test sets', () => {
  it('are listed', async () => {
    expect(await tx(['eval-bleu', '--list-test-sets'])).toEqual({
      code: 0,
      stdout: `${describeTestSets()}\n`,
      stderr: '',
    });
  });

  it('bring references and sources', async () => {
    const text = (word: string) => Array.from({ length: 785 }, (_, i) => `${word} ${i} und so weiter`);
    write('data/wmt/wmt20_tworefs/de-en.de', text('Quelle'));
    write('data/wmt/wmt20_tworefs/de-en.en', text('first'));
    write('data/wmt/wmt20_tworefs/de-en.en.2', text('second'));
    const names = ['de-en.de', 'de-en.en', 'de-en.en.2'];
    const entries = names.map((name) => {
      const bytes = readFileSync(at(`data/wmt/wmt20_tworefs/${name}`));
      return [name, { sha256: createHash('sha256').update(bytes).digest('hex'), from: 'made up' }];
    });
    writeFileSync(
      at('data/wmt/wmt20_tworefs/manifest.json'),
      JSON.stringify({ files: Object.fromEntries(entries) }),
    );
    write('out.hyp', text('second'));
    vi.stubEnv('TX_DATA', at('data'));
    const { code, stdout, stderr } = await evalBleu(
      '--hyp out.hyp --test-set wmt20/tworefs --langpair de-en --json',
    );
    expect([code, stderr]).toEqual([
      0,
      'tx: warning: out.hyp is the same text as reference 2 of wmt20/tworefs de-en; are these the right files?\n',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ score: 100, nrefs: '2' });
    expect(await evalBleu('--hyp good --test-set wmt20/tworefs --langpair de-en')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'tx: good has 30 lines, reference 1 of wmt20/tworefs de-en has 785 lines: each line needs its reference\n',
    });
  });

  it('that are not known or not there are told', async () => {
    vi.stubEnv('TX_DATA', at('nowhere'));
    const run = async (set: string, pair: string) =>
      evalBleu(`--hyp good --test-set ${set} --langpair ${pair}`);
    expect(await run('wmt14/ful', 'en-de')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('wmt14/full'),
    });
    expect(await run('wmt14/full', 'en-xx')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('en-de'),
    });
    const { code, stderr } = await run('wmt14/full', 'en-de');
    expect([code, stderr]).toEqual([1, expect.stringContaining('fetch it with: npx tx data wmt')]);
  });
});
