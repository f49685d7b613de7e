import { describe, expect, it } from 'vitest';
import { compile } from '../../src/rasp/program.ts';
import { traceProgram } from '../../src/rasp/trace.ts';
import { renderTracePage } from '../../src/rasp-report/trace-page.ts';
import { formatTrace } from '../../src/rasp-report/trace-text.ts';

const sort = compile(
  'alphabet "=" = -1, "$" = -2;\nnext = kqv(tokens, tokens, tokens, >, default="$", reduction="min"); # <b>\nreturn next until "$";',
  'programs/<sort>.rasp',
);
const trace = (prompt: readonly number[], most = 40) => traceProgram(sort, prompt, most);
const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('in a terminal', () => {
  it('sequences stand under the tokens, selectors as patterns', () => {
    expect(formatTrace(trace([3, 1, 2, -1]), { width: 80 })).toMatchInlineSnapshot(`
      "        0 1 2 3 4 5 6 7
      tokens  3 1 2 = 1 2 3 $
      next    $ 3 3 1 2 3 $ =

      kqv(tokens, tokens, tokens, >, default="$", reduction="min")
        k > q; k is tokens, q is tokens
          3 1 2 = 1 2 3 $
      3 │ ·
      1 │ ■ ·
      2 │ ■ · ·
      = │ ■ ■ ■ ·
      1 │ ■ · ■ · ·
      2 │ ■ · · · · ·
      3 │ · · · · · · ·
      $ │ ■ ■ ■ ■ ■ ■ ■ ·
      "
    `);
  });

  it('longer ones go on below one another, within the width', () => {
    const prompt = [...Array.from({ length: 30 }, (_, i) => 10 + ((7 * i) % 30)), -1];
    for (const width of [40, 80, 120]) {
      const text = formatTrace(trace(prompt), { width });
      expect(widthOf(text)).toBeLessThanOrEqual(width);
      // Each place is there once.
      const heads = text.split('\n').filter((line) => /^\s+\d+( +\d+)*$/.test(line));
      expect(heads.join(' ').trim().split(/\s+/)).toEqual(Array.from({ length: 62 }, (_, i) => String(i)));
    }
    expect(formatTrace(trace(prompt), { width: 60 })).toContain('too wide for 60 characters: see --output');
    // Without blanks between them the cells of a row fit.
    expect(formatTrace(trace(prompt), { width: 80 })).toMatch(/^ = │ ■{30}·$/m);
  });

  it('names are bold where there are colours', () => {
    const text = formatTrace(trace([1, -1]), {
      width: 80,
      bold: (one) => `<${one}>`,
      soft: (one) => `(${one})`,
    });
    expect(text).toMatch(/^<next {4}>/m);
    expect(text).toMatch(/^tokens/m);
    expect(text).toMatch(/^\(1 │\) ·$/m);
  });
});

describe('as a page', () => {
  const page = renderTracePage(sort, trace([3, 1, 2, -1]));

  it('is one file that needs nothing else, with all that is computed', () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/https?:|<script>[^<]/);
    expect(page).toContain('<title>&lt;sort>.rasp</title>');
    expect(page).toContain('# &lt;b>');
    expect(page).toContain('Behind <code>3 1 2 =</code> it writes: <code>1 2 3 $</code>');
    expect(page).toContain('2 core operations');
    for (const id of ['sequences', 'selectors', 'program']) expect(page).toContain(`<section id="${id}">`);
    expect(page.match(/<td/g)).toHaveLength(2 * 8);
    expect(page.match(/class="selected" d="((?:M[^M"]*)+)"/)![1]!.match(/M/g)).toHaveLength(15);
    expect(page.match(/class="seen" d="((?:M[^M"]*)+)"/)![1]!.match(/M/g)).toHaveLength(36);
  });

  it('heads of columns are turned where a token is long', () => {
    expect(page).not.toContain('rotate(');
    const long = renderTracePage(sort, trace([300, 100, -1]));
    expect(long.match(/rotate\(-90\)/g)).toHaveLength(6);
  });

  it('is the same for the same trace, and tells of one that goes on', () => {
    expect(renderTracePage(sort, trace([3, 1, 2, -1]))).toBe(page);
    expect(renderTracePage(sort, trace([3, 1, 2, -1], 2))).toContain('<code>1 2</code>, and it goes on');
    expect(renderTracePage(sort, trace([3, 1, 2, -1], 0))).toContain('nothing is added');
    const plain = compile('return tokens + 1;', 'p');
    expect(renderTracePage(plain, traceProgram(plain, [1], 9))).not.toContain('id="selectors"');
  });
});
