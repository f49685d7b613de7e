import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { analyze } from '../../src/report/analysis.ts';
import { formatCsv, formatScoresCsv, formatSentencesCsv } from '../../src/report/csv.ts';
import { corpus, hits } from './toy.ts';

it('quotes what must be quoted', () => {
  expect(formatCsv([['a', 1.5, null, 'b,"c"\n', ' d '], ['']])).toBe('a,1.5,,"b,""c""\n", d \r\n""\r\n');
});

it('is read back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom(...'a",\r\n ;\0é') });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1 }));
  fc.assert(
    fc.property(table, (rows) => {
      expect(parse(formatCsv(rows), { record_delimiter: '\r\n' })).toEqual(rows);
    }),
  );
});

it('writes scores and sentences', () => {
  const analysis = analyze(corpus, { metrics: [hits] });
  const [signature] = analysis.metrics.map((metric) => metric.signature);
  const significance = [[{ system: 'B', score: 1, mean: 2, interval: 3, pValue: 0.5 }]];
  expect(parse(formatScoresCsv(analysis, { significance }))).toEqual([
    ['system', 'metric', 'score', 'mean', 'interval', 'p_value', 'signature'],
    ['A', 'Hits', '71.4285714286', '', '', '', signature],
    ['B', 'Hits', '57.1428571429', '2', '3', '0.5', signature],
  ]);
  expect(parse(formatSentencesCsv(corpus, analysis)).slice(0, 2)).toEqual([
    ['line', 'source', 'reference', 'A', 'A Hits', 'B', 'B Hits'],
    ['1', 'le chat', 'the cat sat', 'the cat sat', '100', 'the cat', '66.6666666667'],
  ]);
});

it('writes scores with the decimals that are asked for, and none that rounding made', () => {
  const analysis = analyze(corpus, { metrics: [hits] });
  const perfect = { ...analysis, scores: [[100.00000000000004], [400 / 7]] };
  const significance = [[{ system: 'B', score: 1, mean: 2, interval: 3, pValue: 0.5 }]];
  const rows = (options: Parameters<typeof formatScoresCsv>[1]) =>
    parse(formatScoresCsv(perfect, options))
      .slice(1)
      .map((row: string[]) => row.slice(2, 6));
  expect(rows({})).toEqual([
    ['100', '', '', ''],
    ['57.1428571429', '', '', ''],
  ]);
  expect(rows({ significance, digits: 1 })).toEqual([
    ['100.0', '', '', ''],
    ['57.1', '2.0', '3.0', '0.5'],
  ]);
  expect(rows({ digits: 15 })[0]![0]).toBe('100.000000000000000');
  const sentences = parse(formatSentencesCsv(corpus, analysis, 3)).slice(1) as string[][];
  expect(sentences[0]!.slice(4)).toEqual(['100.000', 'the cat', '66.667']);
});
