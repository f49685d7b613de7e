import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineRecorder, recordLines } from '../../src/train/data-record.ts';

test('lines have one record, however they come in groups', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string())), (groups) => {
      const recorder = new LineRecorder();
      for (const group of groups) recorder.add(group);
      const lines = groups.flat();
      const text = lines.map((line) => `${line}\n`).join('');
      const sha256 = createHash('sha256').update(text).digest('hex');
      const record = recorder.finish();
      expect(record).toEqual({ sha256, lines: lines.length });
      expect(record).toEqual(recordLines(lines));
    }),
    { numRuns: 50 },
  );
});
