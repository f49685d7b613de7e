// A picture for programs that know no variables of CSS: the colours of light ground written down where they are used.

const MEDIA = /@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g;
const RULE = /([^{}]+)\{([^{}]*)\}/g;
const VARIABLE = /--([\w-]+):([^;}]+)/g;
const USE = /var\(--([\w-]+)\)/g;
const STYLE = /<style>([\s\S]*?)<\/style>/;
const TAG = /<\w[^>]*>/g;

type Variables = ReadonlyMap<string, string>;

/** SVG without variables and media queries; SVG that has none is handed back as it is. */
export function flattenSvg(svg: string): string {
  const style = STYLE.exec(svg)?.[1];
  if (style === undefined || !style.includes('var(')) return svg;
  const rules = [...style.replace(MEDIA, '').matchAll(RULE)].map(([, selector, body]) => ({
    selector: selector!.trim(),
    body: body!,
  }));
  const ground = variablesOf(rules.find(({ selector }) => selector === ':root')?.body ?? '');
  // `.c0` and so on give what has them a colour as --c, and what is inside of it.
  const classes = rules.flatMap(({ selector, body }) => {
    const own = variablesOf(resolve(body, ground));
    return selector !== ':root' && own.size > 0
      ? [{ selector, variables: new Map([...ground, ...own]) }]
      : [];
  });
  const flat = rules
    .filter(({ body }) => variablesOf(body).size === 0)
    .flatMap(({ selector, body }) => {
      const whole = resolve(body, ground);
      if (!whole.includes('var(')) return [`${selector}{${whole}}`];
      const alone = whole.split(';').filter((declaration) => !declaration.includes('var('));
      return [
        `${selector}{${alone.join(';')}}`,
        ...classes.map((one) => `${within(one.selector, selector)}{${resolve(body, one.variables)}}`),
      ];
    });
  const inline = (tag: string): string => {
    const names = /\sclass="([^"]*)"/.exec(tag)?.[1]?.split(' ') ?? [];
    const own = classes.find(({ selector }) => names.includes(selector.slice(1)));
    return resolve(tag, own?.variables ?? ground);
  };
  return svg.replace(TAG, inline).replace(STYLE, () => `<style>${flat.join('')}</style>`);
}

const variablesOf = (body: string): Variables =>
  new Map([...body.matchAll(VARIABLE)].map(([, name, value]) => [name!, value!]));

const resolve = (text: string, variables: Variables): string =>
  text.replace(USE, (use, name: string) => variables.get(name) ?? use);

/** The last of each selector inside of what has the class, or with it. */
const within = (own: string, selector: string): string =>
  selector
    .split(',')
    .flatMap((one) => {
      const parts = one.trim().split(/\s+/);
      const [before, last] = [parts.slice(0, -1), parts.at(-1)!];
      return [
        [...before, own, last],
        [...before, `${last}${own}`],
      ].map((all) => all.join(' '));
    })
    .join(',');
