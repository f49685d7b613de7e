// Pages of what is found inside a model that need no script: tables, tokens on coloured ground, charts.
import { type ComponentChild, h } from 'preact';
import { LABELLED_STYLE } from '../report/labelled-chart.ts';
import { renderLinks, renderShell } from '../report/page-shell.ts';
import { STYLE } from '../report/page-style.ts';
import { showText } from '../report/show.ts';
import { SVG_STYLE } from '../report/svg-file.ts';
import { PATH_STYLE } from '../report/xy-chart-style.ts';
import { packageVersion } from '../util/package.ts';
import { INSPECT_STYLE } from './page-style.ts';

/** Which model is looked at. */
export interface About {
  /** The run's or checkpoint's name. */
  run: string;
  /** What the model is, such as its task. */
  model: string;
  weights: string;
}

export interface PlainPage {
  about: About;
  /** What was looked at, a line each. */
  lines: readonly string[];
  /** Ids and labels of the sections, where there are several. */
  links?: readonly (readonly [id: string, label: string])[];
  body: ComponentChild[];
}

const PLAIN_STYLE = `
.tokens bdi[class*=" c"]{background:color-mix(in srgb,var(--c) calc(60%*var(--w,0)),var(--card))}
.bar{background:linear-gradient(90deg,color-mix(in srgb,var(--c) 40%,transparent) calc(100%*var(--w,0)),transparent 0)}
.sentences th,.sentences td{text-align:left}
.picture{max-width:100%;height:auto}
`.trim();

/** The file's text; the same arguments give the same bytes. */
export function renderPlainPage({ about, lines, links = [], body }: PlainPage): string {
  const title = `Inside ${showText(about.run)}`;
  return renderShell({
    title,
    body: [
      h('header', { class: 'top' }, [
        h('h1', { dir: 'auto' }, title),
        h(
          'p',
          { class: 'soft' },
          [showText(about.model), `parameters: ${showText(about.weights)}`].join(' · '),
        ),
        lines.map((line) => h('p', { class: 'tokens' }, h('bdi', null, showText(line)))),
      ]),
      links.length > 1 && renderLinks(links),
      h('main', null, body),
      h('footer', null, `Made by tx ${packageVersion()}.`),
    ],
    styles: [STYLE, PATH_STYLE, SVG_STYLE, LABELLED_STYLE, INSPECT_STYLE, PLAIN_STYLE],
    scripts: [],
  });
}

/** Attributes of a token whose ground has so much, from 0 to 1, of a colour of the palette. */
export const shade = (share: number, color: number) => ({
  class: `shaded c${color}`,
  style: `--w:${Math.min(1, Math.max(0, share)).toFixed(3)}`,
});
