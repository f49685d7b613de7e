import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../src/report/xy-chart.ts';
import { renderXyChart } from '../../src/report/xy-chart-page.ts';
import { formatXySvg } from '../../src/report/xy-chart-svg.ts';
import type { LengthResults } from '../../src/run/length-results.ts';
import { lengthChart, summarizeLengths } from '../../src/study/lengths.ts';

const run = (shares: readonly number[], hasProgram = true): LengthResults => ({
  trained: [1, 20],
  lengths: shares.map((exactMatch, i) => ({
    ...{ length: 10 * (i + 1), examples: 8, exactMatch, oracleLength: 1, tokenAccuracy: 1, isDisjoint: true },
    ...(hasProgram && { program: 1 }),
  })),
  failures: [],
  ...(hasProgram && { program: { name: 'sort', length: 2, depth: 1 } }),
});

it('the shortest problems that any seed answers wrongly are told, one of a length', () => {
  const failure = (length: number) => ({
    ...{ length, prompt: `${length} =`, expected: `${length} $`, answered: '1 $', firstWrong: 1 },
  });
  const runs = [[30, 40], [], [20, 20, 25]].map((lengths) => ({
    ...run([1]),
    failures: lengths.map(failure),
  }));
  const { failures } = summarizeLengths(runs, 'quartiles')!;
  expect(failures.map(({ length }) => length)).toEqual([20, 25, 30]);
});

describe('the seeds of an arm', () => {
  const arm = summarizeLengths([run([1, 0.5]), run([1, 0.7]), run([0.8, 0, 0.2])], 'quartiles')!;

  it('have a median and quartiles at each length', () => {
    expect(arm).toMatchObject({ trained: [1, 20], program: 'sort' });
    expect(arm.points.map(({ length, summary }) => [length, summary.count, summary.median])).toEqual([
      [10, 3, 1],
      [20, 3, 0.5],
      [30, 1, 0.2],
    ]);
    expect(arm.points[0]!.summary).toMatchObject({ low: 0.9, high: 1 });
    expect(summarizeLengths([], 'quartiles')).toBeUndefined();
  });

  it('are a line with a band beside the program, on a ground that is shaded where training was', () => {
    const chart = lengthChart('sort', arm, ({ median }) => median);
    expect(chart.series.map(({ name, points }) => [name, points.length])).toEqual([
      ['program sort', 3],
      ['Transformer', 3],
    ]);
    expect(layOut(chart, { width: 9, height: 9 }).yTicks.map(({ label }) => label)).toEqual([
      ...['0', '0.2', '0.4', '0.6', '0.8', '1'],
    ]);
    const perfect = lengthChart('x', summarizeLengths([run([1, 1])], 'quartiles')!, ({ median }) => median);
    expect(layOut(perfect, { width: 9, height: 9 }).yTicks.at(0)).toEqual({ at: 0, label: '0' });
    expect(layOut(chart, { width: 200, height: 100 }).shade).toBe('M0,0H100V100H0z');
    expect(formatXySvg(chart)).toContain('class="band"');
    expect(renderToString(renderXyChart(chart) as never)).toContain('M0,0H500V1000H0z');
    const alone = summarizeLengths([run([1, 1], false)], 'quartiles')!;
    expect(lengthChart('x', alone, ({ median }) => median).series).toHaveLength(1);
    expect(layOut({ ...chart, x: { label: '' } }, { width: 9, height: 9 })).not.toHaveProperty('shade');
  });
});
