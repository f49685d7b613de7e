import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { pageScript } from '../../../src/trees/exporters/page.ts';
import { cat, hostile, read, shanghai, write } from './items.ts';

const VOID = ['meta', 'input'];

/** The elements' names in order; throws where a tag is not closed in order or an attribute is not quoted. */
function readMarkup(text: string, isVoid: (tag: string) => boolean): { names: string[]; content: string } {
  const names: string[] = [];
  const open: string[] = [];
  const tag = /<(\/?)([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/giy;
  let content = '';
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '<') {
      const end = text.indexOf('<', at) < 0 ? text.length : text.indexOf('<', at);
      if (text.slice(at, end).match(/&(?!(amp|lt|gt|quot|#39);)/)) throw new Error(`bare & at ${at}`);
      content += text.slice(at, end);
      at = end;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(text);
    if (!match) throw new Error(`no tag at ${text.slice(at, at + 60)}`);
    const [all, isEnd, name, , isEmpty] = match;
    if (isEnd) {
      if (open.pop() !== name) throw new Error(`unexpected </${name}>`);
    } else {
      names.push(name!);
      if (!isEmpty && !isVoid(name!)) open.push(name!);
    }
    at += all.length;
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return { names, content };
}

const FORBIDDEN = /[^\P{Cc}\n]|[\p{Cs}\ufffe\uffff\u202e]/u;
const count = (names: readonly string[], name: string) => names.filter((other) => other === name).length;

describe('svg', () => {
  it('draws a small tree', () => {
    const text = write('svg', [read('(NP (DT a) (NN cat))')]);
    expect(text.replace(/<style>.*<\/style>/s, '<style/>')).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" width="111" height="152" viewBox="0 0 111 152" role="img">
      <style/>
      <rect class="paper" width="100%" height="100%"/>
      <g transform="translate(24 24)">
      <title>a cat</title>
      <g transform="translate(0 12)">
      <path d="M10 38V32Q10 25 17 25H41.5Q48.5 25 48.5 32V38M29.25 25V12"/>
      <path d="M10 62V80"/>
      <path d="M48.5 62V80"/>
      <rect class="l noun" x="7.75" y="-12" width="43" height="24" rx="12"/><text class="l noun" x="29.25" y="5">NP</text>
      <text class="t noun" x="10" y="55">DT</text>
      <text class="w" x="10" y="97">a</text>
      <text class="t noun" x="48.5" y="55">NN</text>
      <text class="w" x="48.5" y="97">cat</text>
      </g>
      </g>
      </svg>
      "
    `);
  });

  it('has plain colours outside of what is for dark pages, as converters need them', () => {
    const text = write('svg', [read('(NP (DT a) (NN cat))')]);
    expect(text).not.toMatch(/var\(|--|:root/);
    const [light, dark] = /<style>(.*)<\/style>/s.exec(text)![1]!.split('@media (prefers-color-scheme:dark)');
    for (const rules of [light!, dark!]) {
      for (const selector of ['.paper', 'text', 'rect.noun', 'text.verb', 'text.c']) {
        expect(rules).toMatch(
          new RegExp(`(?<![\\w.])${selector.replace('.', '\\.')}\\{fill:#[0-9a-f]{3,6}\\}`),
        );
      }
      expect(rules).toMatch(/path\{stroke:#[0-9a-f]{6}\}/);
    }
  });

  it('is well-formed whatever the labels are', () => {
    const text = write('svg', [cat, { tree: hostile, index: 9, score: 1, source: '<&>' }, shanghai]);
    expect(text).not.toMatch(FORBIDDEN);
    const { names } = readMarkup(text, () => false);
    expect(new Set(names)).toEqual(new Set(['svg', 'style', 'rect', 'g', 'title', 'text', 'path']));
    expect(count(names, 'title')).toBe(3);
    expect(text).toContain('#9  score 1.0000  &lt;&amp;&gt;');
  });

  it('puts words on one line, apart from each other, within the image', () => {
    const text = write('svg', [cat]);
    const words = [...text.matchAll(/<text class="w" x="([\d.]+)" y="([\d.]+)">/g)];
    expect(new Set(words.map(([, , y]) => y)).size).toBe(1);
    const xs = words.map(([, x]) => Number(x));
    for (const [i, x] of xs.entries()) expect(x - (xs[i - 1] ?? 0)).toBeGreaterThan(i === 0 ? 0 : 15);
    expect(xs.at(-1)).toBeLessThan(Number(/width="(\d+)"/.exec(text)![1]));
  });
});

describe('html', () => {
  const body = (text: string) => {
    const found = /^<!DOCTYPE html>\n(<html.*)$/s.exec(text)![1]!;
    return found.replace(/<style>.*?<\/style>/s, '').replace(`<script>\n${pageScript}\n</script>`, '');
  };

  it('nests constituents as details that work without a script', () => {
    const text = write('html', [read('(S (NP (DT a) (NN cat)) (VP (VBD sat)))')], { title: 'Cats & <dogs>' });
    expect(text).toContain('<title>Cats &amp; &lt;dogs&gt;</title>');
    expect(/<main>.*<\/main>/s.exec(text)![0]).toMatchInlineSnapshot(`
      "<main>
      <section id="tree-1">
      <h2><a href="#tree-1">#1</a><span>a cat sat</span></h2>
      <div class="canvas"><div class="n clause"><details open><summary data-words="a cat sat">S</summary><div class="k"><div class="n noun"><details open><summary data-words="a cat">NP</summary><div class="k"><div class="n noun"><span class="t">DT</span><span class="w">a</span></div><div class="n noun"><span class="t">NN</span><span class="w">cat</span></div></div></details></div><div class="n verb"><details open><summary data-words="sat">VP</summary><div class="k"><div class="n verb"><span class="t">VBD</span><span class="w">sat</span></div></div></details></div></div></details></div></div>
      </section>
      </main>"
    `);
  });

  it('is well-formed and lets no label become markup', () => {
    const text = write('html', [cat, { tree: hostile, index: 2, rank: 1, score: -1, source: '"><b>' }], {
      title: '</title>',
    });
    expect(text).not.toMatch(FORBIDDEN);
    const { names, content } = readMarkup(body(text), (name) => VOID.includes(name));
    expect(count(names, 'details')).toBe(7);
    expect(count(names, 'section')).toBe(2);
    expect(count(names, 'script') + count(names, 'img') + count(names, 'b')).toBe(0);
    expect(content).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).toContain('<section id="tree-2-1">');
  });

  it('asks the network for nothing', () => {
    const text = write('html', [cat]);
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/https?:|url\(|@import|\ssrc=/);
  });

  it('has a script that parses', () => {
    expect(() => new Script(pageScript)).not.toThrow();
    expect(pageScript).toContain(
      "if (matchMedia('(max-width:46rem)').matches) document.getElementById('outline').checked = true;",
    );
  });
});
