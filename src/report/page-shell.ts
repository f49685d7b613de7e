// A page as one HTML file: no network, no fonts, nothing foreign that runs (its policy admits the scripts given here
// alone, by their hash), and readable without them.
import { createHash } from 'node:crypto';
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';

export interface Shell {
  readonly title: string;
  readonly body: ComponentChild;
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

/** The file's text; the same arguments give the same bytes. */
export function renderShell({ title, body, styles, scripts }: Shell): string {
  const script = scripts.join('\n');
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const document = h('html', { lang: 'en' }, [
    h('head', null, [
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('link', { rel: 'icon', href: 'data:,' }),
      h('title', null, title),
      h('style', { dangerouslySetInnerHTML: { __html: styles.join('\n') } }),
    ]),
    h('body', null, [body, h('script', { dangerouslySetInnerHTML: { __html: script } })]),
  ]);
  return `<!doctype html>\n${renderToString(document)}\n`;
}

/** Links to the sections of a page, as ids and labels. */
export const renderLinks = (links: readonly (readonly [id: string, label: string])[]): ComponentChild =>
  h(
    'nav',
    null,
    h(
      'div',
      null,
      links.map(([id, label]) => h('a', { href: `#${id}` }, label)),
    ),
  );
