import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { analyze } from '../../src/report/analysis.ts';
import type { Corpus } from '../../src/report/corpus.ts';
import { renderPage } from '../../src/report/page.ts';
import type { PageOptions } from '../../src/report/page-parts.ts';
import { corpus, hits, misses } from './toy.ts';

const render = (of: Corpus, options?: PageOptions) =>
  renderPage(of, analyze(of, { metrics: [hits, misses] }), options);

/** Text as read, without marks. */
const strip = (html: string) => html.replace(/<style>.*?<\/style>|<[^>]*>/gs, '');

it('shows scores, signatures, tests and marked sentences, and needs nothing else', () => {
  const significance = [[{ system: 'B', score: 57.14, mean: 57, interval: 1.5, pValue: 0.01 }]];
  const html = render(corpus, { title: 'Two systems', significance, note: 'Paired bootstrap' });
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">.*<\/html>\n$/s);
  for (const text of [
    '<title>Two systems</title>',
    '2 systems · 3 sentences · 1 reference each',
    'a significant difference (p = 0.0100)',
    '<strong>71.43</strong>',
    '57.00 ± 1.50',
    'Paired bootstrap.',
    'nrefs:1|place:same|',
    'Hits by reference length',
    'better on 2 (66.7%)',
    '<p class="text" dir="auto">a <mark>cat</mark></p>',
    '<p class="text" dir="auto"><span class="moved">end</span> the</p>',
    '<p class="text source" dir="auto">un chien</p>',
  ]) {
    expect(html).toContain(text);
  }
  expect(html.match(/(?:src|href|action)="[^#"][^"]*"/g)).toEqual(['href="data:,"']);
  expect(html).not.toMatch(/url\(|@import|undefined|NaN|\[object/);
  expect(render(corpus, { title: 'Two systems', significance, note: 'Paired bootstrap' })).toBe(html);
});

it('shows scores with the decimals that are asked for', () => {
  const significance = [[{ system: 'B', score: 57.14, mean: 57, interval: 1.5, pValue: 0.01 }]];
  const html = render(corpus, { digits: 4, significance });
  for (const text of ['<strong>71.4286</strong>', '57.0000 ± 1.5000', 'A leads with 71.4286']) {
    expect(html).toContain(text);
  }
});

it('admits its own script alone', () => {
  const html = render(corpus);
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)];
  expect(scripts).toHaveLength(1);
  const hash = createHash('sha256').update(scripts[0]![1]!).digest('base64');
  expect(html).toContain(`script-src 'sha256-${hash}'`);
});

it('gives every tab its panel, and ids once', () => {
  const html = render(corpus);
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const panels = [...html.matchAll(/ data-panel="([^"]*)"/g)].map(([, id]) => id);
  expect(panels).toContain('extreme-2');
  expect(ids).toEqual(expect.arrayContaining(panels));
});

it('shows hostile text and does not obey it', () => {
  const long = 'x'.repeat(10_000);
  const hyps = [
    '<script>alert(1)</script> & "quotes" \'too\'',
    '</p><img src=x onerror=alert(1)>',
    'nul \0 esc \u001b bell \u0007 half \ud800 nel \u0085',
    long,
    'שלום \u202e עולם',
    '   ',
  ];
  const name = '"><script>alert(2)</script>\u001b';
  const hostile = {
    refs: [hyps.map((hyp, i) => (i % 2 === 0 ? hyp : 'other'))],
    src: hyps,
    systems: [
      { name, hyps },
      { name: 'B', hyps: hyps.toReversed() },
    ],
  };
  const html = render(hostile, { title: '</title><script>alert(3)</script>', note: '<b>' });
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toMatch(/<img|<b>\./);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
  expect(html).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]|\p{Surrogate}/u);
  const text = strip(html);
  for (const shown of [
    "&lt;script>alert(1)&lt;/script> &amp; &quot;quotes&quot; 'too'",
    'nul ␀ esc ␛ bell ␇ half \ufffd nel ␤',
    long,
    'שלום \u202e עולם',
    'empty line',
  ]) {
    expect(text.includes(shown), shown.slice(0, 50)).toBe(true);
  }
  expect(html).toContain('title="&quot;>&lt;script>alert(2)&lt;/script>␛"');
});

it('manages with one system, several references, no source, and a part of the sentences', () => {
  const alone = {
    refs: [...corpus.refs, ['a cat', undefined, 'an end']],
    systems: [corpus.systems[0]!],
  };
  const html = render(alone, { maxSentences: 1 });
  expect(html).not.toContain('id="differences"');
  expect(html).not.toContain('<strong>');
  expect(html).not.toContain('Source');
  expect(html).toContain('references in varying number');
  expect(html).toContain('Reference 2');
  expect(html).toContain('The 1 of 3 with the worst mean scores.');
  const list = html.slice(html.indexOf('id="list"'));
  expect(list.match(/<article/g)).toHaveLength(1);
  expect(list).toContain('Line 2');
});

it('drops what long names share, and has each in full once in the scores', () => {
  const long = ['one', 'two'].map(
    (part) => `runs/wmt21-transformer-big-with-back-translation-${part}/test.hyp`,
  );
  const named = { ...corpus, systems: corpus.systems.map(({ hyps }, s) => ({ name: long[s]!, hyps })) };
  const significance = [[{ system: long[1]!, score: 57.14, mean: 57, interval: 1.5, pValue: 0.01 }]];
  const html = render(named, { significance });
  expect(strip(html)).toContain('Hits: one leads with 71.43, 14.29 above two, a significant difference');
  expect(strip(html)).toContain('Where two is better');
  for (const name of long) expect(strip(html).split(name)).toHaveLength(2);
  expect(html).toContain(`<span class="key c0" title="${long[0]}"><bdi>one</bdi></span>`);
});

it('has a key to the colours at each chart, and stripes for more systems than colours', () => {
  const systems = Array.from({ length: 10 }, (_, s) => ({ ...corpus.systems[0]!, name: `system ${s}` }));
  const html = render({ ...corpus, systems });
  const figures = html.match(/<figure.*?<\/figure>/gs)!;
  expect(figures.length).toBeGreaterThan(3);
  for (const figure of figures) {
    const key = /<div class="legend">(.*?)<\/div>/s.exec(figure)![1]!;
    expect(key.match(/<bdi>system \d<\/bdi>/g)).toHaveLength(10);
    expect(key).toContain('<span class="key c1 striped" title="system 9">');
  }
  expect(/<nav>.*<\/nav>/s.exec(html)![0]).not.toContain('system');
});

it('lets nothing but tables of figures be wider than a narrow screen', () => {
  const html = render(corpus);
  const style = /<style>(.*?)<\/style>/s.exec(html)![1]!;
  expect(style).not.toMatch(/text-overflow|min-width:min-content/);
  expect(style.match(/[^{}]*\{[^{}]*overflow-x:auto/g)!.map((rule) => rule.split('{')[0]!.trim())).toEqual([
    'nav>div',
    '.scroll',
  ]);
  const narrow = style.slice(style.indexOf('@media (max-width:46rem)'));
  expect(narrow).toMatch(/nav>div\{flex-wrap:wrap/);
  expect(narrow).toMatch(/\.scores tr\{display:grid/);
  expect(html.match(/<td data-label="Hits">/g)).toHaveLength(2);
});
