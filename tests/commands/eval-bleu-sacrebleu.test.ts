// `tx eval-bleu` against sacreBLEU's command line under the same options: on invented text (the golden says how it was
// made), and on real systems where there are data.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCORER_VERSION } from '../../src/metrics/metric.ts';
import { tx } from './run.ts';

interface Goldens {
  files: Record<string, string[]>;
  rows: [refs: string, systems: string, options: string, json: string, text: string][];
}
const goldens: Goldens = JSON.parse(
  readFileSync(new URL('../reference/goldens/eval-bleu.json', import.meta.url), 'utf8'),
);
const theirs = (text: string) => text.replaceAll(SCORER_VERSION, '2.6.0');

/** Means and intervals of resampled scores, which sacreBLEU computes in single precision. */
const RESAMPLED = /"(confidence_mean|confidence_var|mean|ci)"/;

type Json = Record<string, unknown>;

/** Equal but for the last digits of figures, and for what `actual` has besides. */
function expectAlike(actual: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    const digits = RESAMPLED.test(`"${path.split('.').at(-1)}"`) ? 2 : 9;
    expect(actual, path).toBeCloseTo(expected, digits);
  } else if (typeof expected === 'object' && expected !== null) {
    if (Array.isArray(expected)) expect((actual as unknown[]).length, path).toBe(expected.length);
    for (const [key, value] of Object.entries(expected))
      expectAlike((actual as Json)[key], value, `${path}.${key}`);
  } else {
    expect(actual, path).toEqual(expected);
  }
}

describe('invented text', () => {
  let dir: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tx-sacrebleu-'));
    for (const [name, lines] of Object.entries(goldens.files)) {
      writeFileSync(join(dir, name), lines.map((line) => `${line}\n`).join(''));
    }
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each(goldens.rows)('%s -i %s %s', async (refs, systems, options, json, text) => {
    const places = (names: string) => names.split(' ').map((name) => join(dir, name));
    const given = options
      .split(' ')
      .flatMap((word) => (word.startsWith('SEED=') ? ['--seed', word.slice(5)] : word));
    const argv = ['eval-bleu', '--hyp', ...places(systems), '--ref', ...places(refs), ...given];
    const isWide = given.includes('-w');
    const several = systems.includes(' ');
    const run = async (...more: string[]) =>
      theirs((await tx([...argv, ...more])).stdout).replaceAll(`${dir}/`, '');
    if (several) {
      expectAlike(JSON.parse(await run('--json')), JSON.parse(json));
      return;
    }
    // sacreBLEU's default is one decimal.
    const width = isWide ? [] : ['-w', '1'];
    expect(await run('--json', ...width)).toBe(json);
    expect(await run(...width)).toBe(text);
  });
});

const data = process.env.TX_DATA ?? '../shared/data';
const WMT21 = join(data, 'wmt21-en-de');
const wmt21 = (part: string) => join(WMT21, `newstest2021.en-de.${part}.de`);

/** The JSON of `tx eval-bleu` for WMT 2021 systems. */
async function scoreWmt21(systems: string[], refs: string, ...options: string[]): Promise<Json | Json[]> {
  const hyps = systems.map((name) => wmt21(`hyp.${name}`));
  const references = [...refs].map((ref) => wmt21(`ref.${ref}`));
  const { code, stdout } = await tx([
    'eval-bleu',
    '--hyp',
    ...hyps,
    '--ref',
    ...references,
    '--json',
    ...options,
  ]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe.skipIf(!existsSync(WMT21))('WMT 2021 en-de (needs TX_DATA)', () => {
  it.each<[string, string, number, number]>([
    ['Manifold', 'A', 29.42594747553097, 59.23974935196961],
    ['Manifold', 'C', 37.183567690234014, 64.42402293255385],
    ['Manifold', 'D', 34.967370074055275, 63.08920511217273],
    ['Manifold', 'ACD', 56.029721009435185, 70.23645662002784],
    ['UEdin', 'A', 29.901656376893754, 59.469265616192224],
    ['UEdin', 'ACD', 57.025636711890165, 70.78441493259959],
    ['Facebook-AI', 'A', 31.258143689269097, 60.6454442215289],
    ['Online-A', 'A', 29.028022559028294, 59.3791670099691],
  ])('%s against %s', async (system, refs, bleu, chrf) => {
    const [first, second] = (await scoreWmt21([system], refs, '--metrics', 'bleu,chrf')) as [Json, Json];
    expect(first.score).toBeCloseTo(bleu, 9);
    expect(second.score).toBeCloseTo(chrf, 9);
  });

  it('four systems, tested', async () => {
    const names = ['Manifold', 'Facebook-AI', 'Online-A', 'UEdin'];
    const rows = (await scoreWmt21(names, 'A', '--paired-bs', '--paired-bs-n', '100')) as Record<
      string,
      Json
    >[];
    expect(rows.map((row) => row.BLEU!.score)).toEqual([
      expect.closeTo(29.42594747553097, 9),
      expect.closeTo(31.258143689269097, 9),
      expect.closeTo(29.028022559028294, 9),
      expect.closeTo(29.901656376893754, 9),
    ]);
    expect(rows[0]!.BLEU!.p_value).toBeNull();
    expect(rows[1]!.BLEU!.p_value).toBeCloseTo(1 / 101, 9);
  });
});

const SYSTEM = join(data, 'newstest2014-system');
const TRUTH = join(data, 'newstest/en-de/newstest2014.de');

describe.skipIf(!existsSync(SYSTEM) || !existsSync(TRUTH))('newstest2014 en-de (needs TX_DATA)', () => {
  const hyp = join(SYSTEM, 'prediction.txt');
  const score = async (...options: string[]) =>
    (await tx(['eval-bleu', '--hyp', hyp, '--ref', TRUTH, ...options])).stdout;

  it.each<[string, string]>([
    ['13a', ' = 23.82 55.9/29.8/17.9/11.2 (BP = 0.991 ratio = 0.991 hyp_len = 62120 ref_len = 62688)\n'],
    ['intl', ' = 24.21 56.8/30.5/18.5/11.7 (BP = 0.978 ratio = 0.978 hyp_len = 63279 ref_len = 64676)\n'],
  ])('tokenizer %s', async (tokenizer, line) => {
    expect(await score('--tokenize', tokenizer)).toContain(line);
  });

  it('chrF', async () => {
    expect(await score('--metrics', 'chrf')).toMatch(/^chrF2\|.* = 54\.04\n$/);
  });

  it('as Vaswani et al. (2017) score', async () => {
    const protocol = ['--protocol', 'vaswani2017', '--lang', 'de'];
    expect(await score(...protocol)).toBe(
      [
        'vaswani2017 (de): BLEU = 24.06, 56.7/30.4/18.4/11.6 (BP=0.978, ratio=0.978, hyp_len=63093, ref_len=64504)',
        '  hypotheses: tokenized by the Moses tokenizer, hyphens inside words kept',
        '  references: tokenized likewise',
        '  both: compounds split at hyphens, a-b into a ##AT##-##AT## b',
        '  score: multi-bleu, case-sensitive, not smoothed',
        'Not to be compared with that, sacreBLEU on the same text:',
        `BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:${SCORER_VERSION} = 23.82 55.9/29.8/17.9/11.2 (BP = 0.991 ratio = 0.991 hyp_len = 62120 ref_len = 62688)`,
        '',
      ].join('\n'),
    );
    const json = JSON.parse(await score(...protocol, '--json'));
    expect(json).toMatchObject({ protocol: 'vaswani2017', name: 'tokenized BLEU', lang: 'de' });
    expect([json.score.toFixed(2), json.sacrebleu.score.toFixed(2)]).toEqual(['24.06', '23.82']);
    expect(json.steps).toHaveLength(4);
  });

  it('the test set by its name', async () => {
    const before = process.env.TX_DATA;
    process.env.TX_DATA = data;
    try {
      const byName = await tx(['eval-bleu', '--hyp', hyp, '--test-set', 'wmt14/full', '--langpair', 'en-de']);
      expect(byName).toEqual({ code: 0, stdout: await score(), stderr: '' });
      const protocol = ['--protocol', 'vaswani2017'];
      const known = await tx(['eval-bleu', '--hyp', hyp, '-t', 'wmt14/full', '-l', 'en-de', ...protocol]);
      expect(known.stdout).toContain('vaswani2017 (de): BLEU = 24.06,');
    } finally {
      if (before === undefined) delete process.env.TX_DATA;
      else process.env.TX_DATA = before;
    }
  });
});
