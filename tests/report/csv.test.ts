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
  expect(parse(formatScoresCsv(analysis, significance))).toEqual([
    ['system', 'metric', 'score', 'mean', 'interval', 'p_value', 'signature'],
    ['A', 'Hits', String(500 / 7), '', '', '', signature],
    ['B', 'Hits', String(400 / 7), '2', '3', '0.5', signature],
  ]);
  expect(parse(formatSentencesCsv(corpus, analysis)).slice(0, 2)).toEqual([
    ['line', 'source', 'reference', 'A', 'A Hits', 'B', 'B Hits'],
    ['1', 'le chat', 'the cat sat', 'the cat sat', '100', 'the cat', String(200 / 3)],
  ]);
});
