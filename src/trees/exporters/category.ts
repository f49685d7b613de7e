// The broad kind of a label, which gives it its colour: by the first letters that treebanks of English, German and
// Chinese share. A guess for the eye; nothing is counted by it.

export const CATEGORIES = ['clause', 'noun', 'verb', 'modifier', 'other'] as const;

export type Category = (typeof CATEGORIES)[number];

const PATTERNS: [Category, RegExp][] = [
  ['clause', /^(S|SBAR|SBARQ|SINV|SQ|ROOT|TOP|VROOT|FRAG|CS|CP|IP)(?![A-Z])/],
  ['noun', /^(N|WHN|WP|WDT|PRP|PRO|PN|PDT|DT|CD|QP|EX|ART|CARD)/],
  ['verb', /^(V|MD|AUX|TO(?![A-Z]))/],
  ['modifier', /^(A|J|R|P|IN(?![A-Z])|WH|WRB)/],
];

/** The kind of a constituent or tag. */
export function categoryOf(label: string): Category {
  const upper = label.slice(0, 20).toUpperCase();
  return PATTERNS.find(([, pattern]) => pattern.test(upper))?.[0] ?? 'other';
}

/** Background and text of each kind, and the colours of what is no label. */
export interface Palette {
  readonly kinds: Record<Category, readonly [string, string]>;
  readonly paper: string;
  readonly card: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly hit: string;
}

export const LIGHT: Palette = {
  kinds: {
    clause: ['#f3e9fe', '#6d28b8'],
    noun: ['#e4effe', '#1d4fae'],
    verb: ['#e2f6e9', '#17663a'],
    modifier: ['#fdf0d8', '#8a4b0b'],
    other: ['#eef0f3', '#46505e'],
  },
  paper: '#fff',
  card: '#fbfbfc',
  ink: '#16181d',
  muted: '#69707d',
  line: '#b9c0ca',
  hit: '#ffe680',
};
export const DARK: Palette = {
  kinds: {
    clause: ['#33244a', '#d9bbff'],
    noun: ['#1a2e52', '#9cc6ff'],
    verb: ['#163524', '#8ee6ae'],
    modifier: ['#3d2c10', '#fbd07a'],
    other: ['#2a2f38', '#c6cfdb'],
  },
  paper: '#14171c',
  card: '#1a1e25',
  ink: '#eceff4',
  muted: '#949dab',
  line: '#4d5663',
  hit: '#6b5700',
};

function variables({ kinds, ...rest }: Palette): string {
  const ofKinds = CATEGORIES.map((name) => `--${name}-bg:${kinds[name][0]};--${name}:${kinds[name][1]};`);
  return [...ofKinds, ...Object.entries(rest).map(([name, color]) => `--${name}:${color};`)].join('');
}

/** CSS: the colours as variables of the page, light, and dark where the reader prefers that. */
export const paletteCss = `:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
${CATEGORIES.map((name) => `.${name}{--bg:var(--${name}-bg);--fg:var(--${name})}`).join('\n')}`;
