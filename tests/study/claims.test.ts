import { describe, expect, it } from 'vitest';
import { formatClaims, formatClaimsCsv, formatClaimsLatex } from '../../src/study/claim-forms.ts';
import { findClaim } from '../../src/study/claims.ts';
import { expandGrid } from '../../src/study/grid.ts';
import { decide, joinVerdicts, judgeClaim } from '../../src/study/judge.ts';
import { renderStudyPage } from '../../src/study/page.ts';
import type { PlannedArm, PlannedRun } from '../../src/study/plan.ts';
import type { GridResult } from '../../src/study/results.ts';
import { studySchema } from '../../src/study/schema.ts';
import type { ClaimResult, Known } from '../../src/study/verdict.ts';

const parse = (axes: object, claims: object[]) =>
  studySchema.safeParse({ base: 'b', grids: { g: { axes, claims } } });

/** Values of an arm's seeds, `open` and `failed` where a run has none. */
type Values = Record<string, readonly (number | 'open' | 'failed')[]>;

/** What comes of a claim where arms have these values. */
function judge(axes: object, claim: object, values: Values, figure = 'valid.perplexity'): ClaimResult {
  const study = parse(axes, [{ says: 'so', figure, ...claim }]);
  if (!study.success) throw study.error;
  const config = study.data.grids.g!;
  const grid = expandGrid('g', config, {});
  const found = new Map<PlannedRun, number | 'open' | 'failed'>();
  const arms = grid.arms.map((arm): PlannedArm => {
    const runs = (values[arm.name] ?? []).map((value, i) => {
      const run = { name: `${arm.name}-${i}`, seed: i + 1 } as PlannedRun;
      found.set(run, value);
      return run;
    });
    return { ...arm, runs };
  });
  const known: Known = {
    state: (run) => {
      const value = found.get(run);
      return typeof value === 'number' ? 'finished' : value!;
    },
    figure: (run) => {
      const value = found.get(run);
      return Number.isFinite(value) ? (value as number) : undefined;
    },
  };
  return judgeClaim(findClaim('g', grid.axes, arms, config.claims[0]!, 0), known);
}

const axes = { arm: { a: {}, b: {}, c: {} } };
const arm = { arm: 'a' };
const below = { arm: 'b' };

describe('from the interval and the margin', () => {
  it.each([
    // [relation, margin, low, high, verdict]
    ['below', 0, -2, -1, 'holds'],
    ['below', 0, 1, 2, 'does not hold'],
    ['below', 0, -1, 1, 'cannot be told'],
    ['below', 0, 0, 0, 'does not hold'],
    ['below', 1.5, -2, -1, 'cannot be told'],
    ['below', 1, -2, -1, 'holds'],
    ['below', 3, -2, -1, 'does not hold'],
    ['below', -3, 1, 2, 'holds'],
    ['below', -1, 2, 3, 'does not hold'],
    ['above', 0, 1, 2, 'holds'],
    ['above', 0, -2, -1, 'does not hold'],
    ['above', 1.5, 1, 2, 'cannot be told'],
    ['above', -1, -0.5, 0.5, 'holds'],
    ['ties', 1, -0.5, 1, 'holds'],
    ['ties', 1, -0.5, 1.5, 'cannot be told'],
    ['ties', 1, 1.5, 2, 'does not hold'],
    ['ties', 1, -3, -1.5, 'does not hold'],
    ['ties', 1, -3, 3, 'cannot be told'],
    ['ties', 0, 0, 0, 'holds'],
  ] as const)('%s by %d: %d … %d %s', (relation, margin, low, high, verdict) => {
    expect(decide(relation, margin, { low, high })).toBe(verdict);
  });

  it('what must hold together', () => {
    expect(joinVerdicts(['holds', 'holds'])).toBe('holds');
    expect(joinVerdicts(['holds', 'cannot be told'])).toBe('cannot be told');
    expect(joinVerdicts(['cannot be told', 'does not hold', 'holds'])).toBe('does not hold');
  });
});

describe('of arms', () => {
  it('relative differences of runs with the same seed, and their Student interval', () => {
    const { verdict, comparisons } = judge(
      axes,
      { arm, below, by: '1%' },
      { a: [9.8, 19.4, 29.7], b: [10, 20, 30], c: [] },
    );
    // scipy.stats.t.interval(0.95, 2, numpy.mean(d), scipy.stats.sem(d)) of d = [-0.02, -0.03, -0.01]
    expect(verdict).toBe('cannot be told');
    expect(comparisons[0]).toMatchObject({
      one: 'a',
      other: 'b',
      seeds: [1, 2, 3],
      measured: {
        kind: 'difference',
        other: 20,
        mean: expect.closeTo(-0.02, 12),
        low: expect.closeTo(-0.04484137711, 10),
        high: expect.closeTo(0.00484137711, 10),
      },
      notes: [],
    });
  });

  it('absolute ones without percent; a margin below 0 is what it may cost', () => {
    const values = { a: [11, 12.1, 13], b: [10, 11, 12], c: [] };
    expect(judge(axes, { arm, below }, values).verdict).toBe('does not hold');
    expect(judge(axes, { arm, below, by: -2 }, values).verdict).toBe('holds');
    expect(judge(axes, { arm, above: below, by: 0.5 }, values).verdict).toBe('holds');
    expect(judge(axes, { arm, ties: below, within: '20%' }, values).verdict).toBe('holds');
    expect(judge(axes, { arm, ties: below, within: '5%' }, values).verdict).toBe('does not hold');
  });

  it('of several all must hold', () => {
    const both = { arm, below: [{ arm: 'b' }, { arm: 'c' }] };
    const values = { a: [1, 1.01, 1.02], b: [2, 2.01, 2.03] };
    expect(judge(axes, both, { ...values, c: [3, 3.01, 3.03] }).verdict).toBe('holds');
    const result = judge(axes, both, { ...values, c: [0.5, 0.52, 0.5] });
    expect([result.verdict, ...result.comparisons.map(({ verdict }) => verdict)]).toEqual([
      'does not hold',
      'holds',
      'does not hold',
    ]);
  });

  it('what is not finished, failed or has no such figure leaves it open, and is told', () => {
    const tell = (values: Values) => {
      const { verdict, comparisons } = judge(axes, { arm, below }, { ...values, c: [] });
      return [verdict, comparisons[0]!.notes, comparisons[0]!.measured !== undefined];
    };
    expect(tell({ a: [1, 1.1, 'open'], b: [2, 2.1, 2.2] })).toEqual([
      'cannot be told',
      ['a: 2 of 3 runs finished'],
      true,
    ]);
    expect(tell({ a: [1, 'open', 'open'], b: [2, 'failed', 2.2] })).toEqual([
      'cannot be told',
      ['a: 1 of 3 runs finished', 'b: 2 of 3 runs finished', 'b: 1 of 3 runs failed'],
      false,
    ]);
    expect(tell({ a: [1, 1, Number.NaN], b: [2, 2, 2] })).toEqual([
      'cannot be told',
      ['a: no valid.perplexity in 1 of 3 runs'],
      true,
    ]);
    expect(tell({ a: [1], b: [2] })).toEqual(['cannot be told', ['1 seed in common; 2 are needed'], false]);
  });

  it('of 0 nothing is a percentage, of what is below 0 something is', () => {
    const zero = judge(axes, { arm, below, by: '1%' }, { a: [1, 1], b: [0, 2], c: [] });
    expect([zero.verdict, zero.comparisons[0]!.notes]).toEqual([
      'cannot be told',
      ['b: 0, of which nothing is a percentage'],
    ]);
    expect(judge(axes, { arm, below, by: '50%' }, { a: [-2, -2], b: [-1, -1], c: [] }).verdict).toBe('holds');
  });
});

describe('of the median of an arm', () => {
  const reaches = { arm, atLeast: 0.95 };
  const fails = { arm, atMost: 0.2 };
  const figure = 'test.exactMatch.50';

  it.each([
    // [claim, values, verdict, median, quartiles]
    [reaches, [0.9, 1, 0.95, 0.2, 0.96], 'holds', 0.95, [0.9, 0.96]],
    [reaches, [0.9, 1, 0.94, 0.2, 0.96], 'does not hold', 0.94, [0.9, 0.96]],
    [reaches, [0.9, 1], 'holds', 0.95, [0.925, 0.975]],
    [fails, [0, 0.3, 0.2], 'holds', 0.2, [0.1, 0.25]],
    [fails, [0.1, 0.3, 0.21], 'does not hold', 0.21, [0.155, 0.255]],
  ] as const)('%j of %j %s', (claim, a, verdict, median, [low, high]) => {
    const result = judge(axes, claim, { a }, figure);
    expect([result.verdict, result.comparisons[0]!.notes]).toEqual([verdict, []]);
    expect(result.comparisons[0]!.measured).toEqual({
      kind: 'median',
      median: expect.closeTo(median, 12),
      low: expect.closeTo(low, 12),
      high: expect.closeTo(high, 12),
    });
  });

  it('is open where runs or seeds are wanting', () => {
    const tell = (a: Values[string]) => {
      const { verdict, comparisons } = judge(axes, reaches, { a }, figure);
      return [verdict, comparisons[0]!.notes, comparisons[0]!.measured !== undefined];
    };
    expect(tell([1, 1, 'open'])).toEqual(['cannot be told', ['a: 2 of 3 runs finished'], true]);
    expect(tell([1, 'failed'])).toEqual([
      'cannot be told',
      ['a: 1 of 2 runs finished', 'a: 1 of 2 runs failed'],
      false,
    ]);
    expect(tell([1])).toEqual(['cannot be told', ['1 seed; 2 are needed'], false]);
  });
});

describe('of best values', () => {
  const sweep = { model: { m: {}, n: {} }, 'schedule.rate': [1, 2, 3] };
  const claim = { best: 'schedule.rate', arm: { model: 'm' }, above: { model: 'n' } };
  const family = (name: string, ...perRate: (readonly (number | 'open' | 'failed')[])[]): Values =>
    Object.fromEntries(perRate.map((values, i) => [`${name} rate=${i + 1}`, values]));
  const flat = family('n', [1, 1], [2, 2], [3, 3]);

  it('hold where they are above for every seed; a lower loss is better', () => {
    const { verdict, comparisons } = judge(sweep, claim, { ...family('m', [5, 5], [4, 4], [6, 6]), ...flat });
    expect(verdict).toBe('holds');
    expect(comparisons[0]).toMatchObject({
      one: 'm',
      other: 'n',
      measured: { kind: 'best', axis: 'schedule.rate', one: [2, 2], other: [1, 1] },
      notes: ['n: best at its lowest rate, 1: the range is too narrow'],
    });
  });

  it('do not hold where they are above for none, and are open between', () => {
    expect(judge(sweep, claim, { ...family('m', [4, 4], [5, 5], [6, 6]), ...flat }).verdict).toBe(
      'does not hold',
    );
    const mixed = judge(sweep, claim, { ...family('m', [4, 5], [5, 6], [6, 4]), ...flat });
    expect(mixed.verdict).toBe('cannot be told');
    expect(mixed.comparisons[0]!.notes).toContain(
      'm: best at its highest rate, 3 for 1 of 2 seeds: the range is too narrow',
    );
  });

  it('of what is better the higher it is', () => {
    const values = { ...family('m', [1, 1], [2, 2], [1, 1]), ...family('n', [2, 2], [1, 1], [1, 1]) };
    expect(judge(sweep, claim, values, 'test.BLEU').verdict).toBe('holds');
    expect(judge(sweep, claim, values, 'valid.loss').verdict).toBe('does not hold');
  });

  it('a run that failed is not the best; one that is open leaves the claim open', () => {
    const failed = judge(sweep, claim, { ...family('m', [5, 5], [4, 4], ['failed', 'failed']), ...flat });
    expect([failed.verdict, failed.comparisons[0]!.notes[1]]).toEqual(['holds', 'm: 2 of 6 runs failed']);
    const open = judge(sweep, claim, { ...family('m', [5, 5], [4, 4], [6, 'open']), ...flat });
    expect([open.verdict, open.comparisons[0]!.notes[0]]).toEqual([
      'cannot be told',
      'm: 5 of 6 runs finished',
    ]);
    const none = judge(sweep, claim, {
      ...family('m', ['open', 'open'], ['open', 'open'], ['open', 'open']),
      ...flat,
    });
    expect(none.comparisons[0]!.measured).toMatchObject({ one: [], other: [] });
  });
});

describe('mistakes', () => {
  const claim = { says: 'so', figure: 'valid.loss', arm };
  it.each([
    [{ ...claim }, 'a claim has one of below, above, ties, atLeast and atMost; it has none'],
    [{ ...claim, below, atMost: 1 }, 'it has below and atMost'],
    [{ ...claim, atLeast: 0, by: 1 }, 'is a number that one arm is held to: without best, by and within'],
    [{ ...claim, atLeast: '1%' }, 'expected number'],
    [{ ...claim, below, above: below }, 'it has below and above'],
    [{ ...claim, below, within: '1%' }, 'goes with ties; below and above have by'],
    [{ ...claim, ties: below }, 'ties needs within, such as within: 1%'],
    [{ ...claim, ties: below, within: 1, by: 1 }, 'goes with below and above; ties has within'],
    [{ ...claim, ties: below, within: '-1%' }, 'expected at least 0'],
    [{ ...claim, below, by: '1 percent' }, 'expected a number, or a percentage such as 1%'],
    [{ ...claim, below, figure: 'loss' }, 'no figure; expected test.NAME, valid.NAME, parameters,'],
    [{ ...claim, best: 'x', below, by: 1 }, 'without ties, by and within'],
    [{ ...claim, below: [] }, 'Too small'],
  ])('%j', (one, message) => {
    const { error } = parse(axes, [one]);
    expect(JSON.stringify(error?.issues)).toContain(message);
  });

  const sweep = { model: { m: {}, n: {} }, rate: [1, 2] };
  it.each([
    [axes, { arm: { arm: 'd' }, below }, 'grid g: claims.0.arm: arm has no point d; did you mean a?'],
    [axes, { arm: { x: 'd' }, below }, 'grid g: claims.0.arm: has no axis x'],
    [axes, { arm, below: [below, {}] }, 'grid g: claims.0.below stands for 3 arms, not one'],
    [axes, { arm, ties: arm, within: 1 }, 'grid g: claims.0.ties: compares a with itself'],
    [axes, { arm: {}, atLeast: 1 }, 'grid g: claims.0.arm stands for 3 arms, not one'],
    [axes, { arm, below, best: 'y' }, 'grid g: claims.0.best: has no axis y'],
    [axes, { arm, below, best: 'arm' }, 'grid g: claims.0.best is an axis of numbers, which arm is not'],
    [
      sweep,
      { arm: { model: 'm', rate: 1 }, above: { model: 'n' }, best: 'rate' },
      'grid g: claims.0.arm: has 1 of rate, among which none is best',
    ],
    [
      sweep,
      { arm: { model: 'm' }, above: { model: 'm' }, best: 'rate' },
      'grid g: claims.0.above: compares m with itself',
    ],
  ])('%j %j', (grid, one, message) => {
    expect(() => judge(grid, one, {})).toThrow(message);
  });
});

describe('forms', () => {
  const claims = [
    judge(axes, { arm, below, by: '1%', says: 'a < b' }, { a: [9.7, 19.4], b: [10, 20], c: [] }),
    judge(
      axes,
      { arm, below: [{ arm: 'b' }, { arm: 'c' }], by: '-5%', says: 'It costs 5% at most_' },
      { a: [10.1, 20.1], b: [10, 20], c: [10, 'open'] },
    ),
    judge(axes, { arm, atMost: 10 }, { a: [9, 12, 10.5] }),
  ];
  const grid: GridResult = {
    name: 'g',
    title: 'Grid',
    axes: ['arm'],
    figures: [],
    spread: 'quartiles',
    x: undefined,
    xScale: 'linear',
    arms: [],
    claims,
  };

  it('for people', () => {
    expect(formatClaims(grid)).toMatchInlineSnapshot(`
      "holds           a < b
                      perplexity (valid): a below b by 1%: 14.55 and 15.00, difference -3.00% (95%: -3.00%
                      … -3.00%), 2 seeds
      cannot be told  It costs 5% at most_
                      perplexity (valid): a at most 5% above b: 15.10 and 15.00, difference +0.75% (95%:
                      -2.43% … +3.93%), 2 seeds: holds
                      perplexity (valid): a at most 5% above c: cannot be told (c: 1 of 2 runs finished)
      does not hold   so
                      perplexity (valid): a at most 10: median 10.50 (9.75 … 11.25), 3 seeds
      "
    `);
    const narrow = formatClaims(grid, 50).split('\n');
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  it('LaTeX', () => {
    expect(formatClaimsLatex(grid)).toMatchInlineSnapshot(`
      "% Grid
      \\begin{tabular}{p{0.28\\linewidth}lp{0.28\\linewidth}rrr}
        \\toprule
        Claim & Verdict & Comparison & Values & Difference & 95\\% \\\\
        \\midrule
        a \\textless{} b & holds & perplexity (valid): a below b by 1\\% & 14.55 and 15.00 & -3.00\\% & -3.00\\% \\ldots{} -3.00\\% \\\\
        It costs 5\\% at most\\_ & cannot be told & perplexity (valid): a at most 5\\% above b: holds & 15.10 and 15.00 & +0.75\\% & -2.43\\% \\ldots{} +3.93\\% \\\\
         &  & perplexity (valid): a at most 5\\% above c: cannot be told (c: 1 of 2 runs finished) &  &  &  \\\\
        so & does not hold & perplexity (valid): a at most 10 & median 10.50 (9.75 \\ldots{} 11.25) &  &  \\\\
        \\bottomrule
      \\end{tabular}
      "
    `);
  });

  it('CSV with all digits', () => {
    expect(formatClaimsCsv({ title: '', grids: [grid] }).split('\r\n')).toMatchInlineSnapshot(`
      [
        "grid,claim,says,claim_verdict,figure,one,relation,other,margin,margin_kind,verdict,seeds,one_mean,other_mean,difference,low,high,one_median,best_axis,one_best,other_best,notes",
        "g,1,a < b,holds,valid.perplexity,a,below,b,0.01,relative,holds,2,14.549999999999999,15,-0.030000000000000072,-0.030000000000000072,-0.030000000000000072,,,,,",
        "g,2,It costs 5% at most_,cannot be told,valid.perplexity,a,below,b,-0.05,relative,holds,2,15.100000000000001,15,0.007500000000000017,-0.024265511840435943,0.039265511840435974,,,,,",
        "g,2,It costs 5% at most_,cannot be told,valid.perplexity,a,below,c,-0.05,relative,cannot be told,1,,,,,,,,,,c: 1 of 2 runs finished",
        "g,3,so,does not hold,valid.perplexity,a,atMost,10,0,absolute,does not hold,3,,,,9.75,11.25,10.5,,,,",
        "",
      ]
    `);
  });

  it('in the page the verdict is a word', () => {
    const page = renderStudyPage({ title: '', grids: [grid] });
    expect(page).toContain('<i aria-hidden="true">✓</i> holds</span>');
    expect(page).toContain('a &lt; b<ul><li>perplexity (valid): a below b by 1%: ');
    expect(page).toContain('Student’s t');
  });
});
