// A picture as a file of its own: SVG with its style inside, light or dark as the reader's screen is.
import { type ComponentChild, Fragment, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { COLOR_RULES, cssVariables } from './palette.ts';
import { PATH_STYLE } from './xy-chart-style.ts';

/** Of charts that are drawn as SVG, text included. */
export const SVG_STYLE = `
.picture text{font:12px system-ui,sans-serif;fill:var(--soft)}
.picture .title{font-weight:600;font-size:14px}
.picture .title,.picture .name{fill:var(--ink)}
.picture .grid{stroke:var(--grid)}
.picture .ground{fill:var(--card)}
.picture .sample{fill:var(--c)}
.picture .sample.faint{opacity:.65}
.picture .label{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.picture .leader{stroke:var(--c);opacity:.6}
.picture .hint{fill:transparent}
`.trim();

const FILE_STYLE = `
:root{color-scheme:light dark;${cssVariables('light')}}
@media (prefers-color-scheme:dark){:root{${cssVariables('dark')}}}
${COLOR_RULES}
${PATH_STYLE}
${SVG_STYLE}
`.trim();

/** The size of a picture in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture for a page that has SVG_STYLE; readers that do not draw have its title, which stands first. */
export const renderPicture = (
  { width, height }: Size,
  content: ComponentChild[],
  title?: string,
): ComponentChild =>
  h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      class: 'picture xy',
    },
    [title && h('title', null, title), h('rect', { class: 'ground', width, height }), ...content],
  );

/** The text of a file with it. */
export function formatSvgFile(size: Size, title: string, content: ComponentChild[]): string {
  const style = h('style', { dangerouslySetInnerHTML: { __html: FILE_STYLE } });
  return `${renderToString(h(Fragment, null, renderPicture(size, [style, ...content], title)))}\n`;
}
