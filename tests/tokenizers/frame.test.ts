import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, frameTexts } from '../../src/tokenizers/frame.ts';

const bert = { start: [101], between: [102], end: [102] };
const roberta = { start: [0], between: [2, 2], end: [2] };

describe('frameOf', () => {
  it('prefers the own frame, then cls and sep, then eos', () => {
    expect(frameOf({ frame: roberta, special: { cls: 0, sep: 2 } })).toBe(roberta);
    expect(frameOf({ special: { cls: 101, sep: 102, eos: 3 } })).toEqual(bert);
    expect(frameOf({ special: { eos: 3 } })).toEqual({ start: [], between: [3], end: [3] });
    expect(() => frameOf({ special: {} })).toThrow(/neither cls and sep nor eos/);
  });
});

describe('frameTexts', () => {
  it('frames one text', () => {
    const { ids, segments, spans, cut } = frameTexts(bert, [[7, 8]], 10);
    expect([...ids]).toEqual([101, 7, 8, 102]);
    expect([...segments]).toEqual([0, 0, 0, 0]);
    expect(spans).toEqual([{ begin: 1, length: 2 }]);
    expect(cut).toBe(0);
  });

  it('frames two, each with the separators behind it', () => {
    const { ids, segments, spans } = frameTexts(roberta, [[7], [8, 9]], 10);
    expect([...ids]).toEqual([0, 7, 2, 2, 8, 9, 2]);
    expect([...segments]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(spans.map(({ begin, length }) => [...ids.subarray(begin, begin + length)])).toEqual([[7], [8, 9]]);
  });

  it('shortens the longer text id by id, as a loop would', () => {
    const lengths = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(lengths, lengths, fc.integer({ min: 3, max: 40 }), (first, second, maxLength) => {
        let [a, b] = [first, second];
        while (a + b + 3 > maxLength) {
          if (a > b) a--;
          else b--;
        }
        const pair = [Array<number>(first).fill(1), Array<number>(second).fill(2)] as const;
        const framed = frameTexts(bert, pair, maxLength);
        expect(framed.spans.map(({ length }) => length)).toEqual([a, b]);
        expect(framed.ids.length).toBe(a + b + 3);
        expect(framed.cut).toBe(first + second - a - b);
      }),
    );
  });

  it('refuses places that do not hold the frame', () => {
    expect(() => frameTexts(bert, [[1], [2]], 2)).toThrow(RangeError);
  });
});
