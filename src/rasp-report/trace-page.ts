// A trace as a page: the program, sequences as rows of a table under the tokens, each selector as a picture.
import { basename } from 'node:path';
import { type ComponentChild, h } from 'preact';
import type { Program } from '../rasp/program.ts';
import type { SelectorStep, SequenceStep, Step, Trace } from '../rasp/trace.ts';
import { renderSection } from '../report/page-parts.ts';
import { renderLinks, renderShell } from '../report/page-shell.ts';
import { STYLE } from '../report/page-style.ts';
import { showText } from '../report/show.ts';
import { plural } from '../util/format.ts';
import { packageVersion } from '../util/package.ts';
import { describeSelector, nameOf } from './trace-text.ts';

/** The page's text; the same arguments give the same bytes. */
export function renderTracePage(program: Program, trace: Trace): string {
  const title = showText(basename(program.name));
  const sequences = trace.steps.filter((step): step is Step & SequenceStep => step.kind !== 'selector');
  const selectors = trace.steps.filter((step): step is Step & SelectorStep => step.kind === 'selector');
  const sections: [string, string, ComponentChild][] = [
    ['sequences', 'Sequences', renderSequences(trace, sequences)],
    ...(selectors.length === 0
      ? []
      : [['selectors', 'Selectors', renderSelectors(trace, selectors)] as [string, string, ComponentChild]]),
    ['program', 'Program', renderProgram(program)],
  ];
  const body = [
    renderHead(title, trace),
    renderLinks(sections.map(([id, label]) => [id, label])),
    h(
      'main',
      null,
      sections.map(([, , section]) => section),
    ),
    h('footer', null, `Made by tx ${packageVersion()}.`),
  ];
  return renderShell({ title, body, styles: [STYLE, TRACE_STYLE], scripts: [] });
}

function renderHead(title: string, { tokens, promptLength, isEnded, steps }: Trace): ComponentChild {
  const [prompt, added] = [tokens.slice(0, promptLength), tokens.slice(promptLength)];
  const written = added.length === 0 ? 'nothing is added' : [code(added), isEnded ? '' : ', and it goes on'];
  const operations = plural(steps.filter(({ op }) => op !== 'tokens').length, 'core operation');
  return h('header', { class: 'top' }, [
    h('h1', null, title),
    h('ul', { class: 'leads' }, [
      h('li', null, ['Behind ', code(prompt), ' it writes: ', written]),
      h('li', null, `${operations}; what stands at a place depends on it and on those before it alone.`),
    ]),
  ]);
}

const code = (tokens: readonly string[]): ComponentChild => h('code', null, showText(tokens.join(' ')));

function renderSequences(
  { tokens, promptLength }: Trace,
  steps: readonly (Step & SequenceStep)[],
): ComponentChild {
  const kind = (i: number) => (i < promptLength ? '' : 'added');
  const row = (step: Step & SequenceStep) =>
    h('tr', { class: rowClass(step) }, [
      h('th', { scope: 'row', title: showText(step.label) }, renderName(step)),
      ...step.shown.map((text, i) =>
        h(
          'td',
          { class: [kind(i), step.kind === 'bool' && text === '1' ? 'true' : ''].join(' ').trim() },
          showText(text),
        ),
      ),
    ]);
  const places = tokens.map((_, i) => h('th', { scope: 'col', class: kind(i) }, i));
  return renderSection(
    'sequences',
    'Sequences',
    'In the order in which they are computed, a column for each place; on a tinted ground what the program wrote itself. Names are bold, other expressions stand as they are written.',
    h('label', { class: 'inside-too' }, [
      h('input', { type: 'checkbox' }),
      ' Show what is computed inside functions',
    ]),
    h('div', { class: 'scroll trace', tabindex: 0 }, [
      h('table', null, [
        h('thead', null, h('tr', null, [h('th', null, 'place'), ...places])),
        h('tbody', null, steps.map(row)),
      ]),
    ]),
  );
}

const rowClass = ({ isNamed, op, within }: Step): string =>
  [isNamed || op === 'tokens' ? 'named' : '', within.length > 0 ? 'inside' : ''].join(' ').trim();

const renderName = ({ label, within }: Step): ComponentChild => [
  h('span', null, showText(label)),
  within.length > 0 && h('small', null, ` in ${within.join(' › ')}`),
];

/** Units of a picture: of a cell, and of a character of a token. */
const CELL = 16;
const CHARACTER = 8;
/** Tokens of so many characters stand upright above their columns, longer ones are turned. */
const MOST_UPRIGHT = 2;
/** Pictures of more places keep their size, and are scrolled. */
const MOST_FITTED = 32;

function renderSelectors(trace: Trace, steps: readonly (Step & SelectorStep)[]): ComponentChild {
  return renderSection(
    'selectors',
    'Selectors',
    'A row for each place that looks, a column for each place that may be looked at: itself and those before it. Filled cells are selected.',
    h(
      'div',
      { class: 'patterns' },
      steps.map((step) =>
        h('figure', { class: 'chart' }, [
          h('figcaption', null, [nameOf(step), h('small', null, describeSelector(step))]),
          h('div', { class: 'scroll', tabindex: 0 }, drawPattern(trace, step)),
        ]),
      ),
    ),
  );
}

function drawPattern({ tokens }: Trace, step: Step & SelectorStep): ComponentChild {
  const shown = tokens.map(showText);
  const longest = Math.max(...shown.map((token) => token.length));
  const margin = 6 + CHARACTER * Math.max(1.5, longest);
  const size = margin + CELL * tokens.length + 1;
  const at = (i: number) => margin + CELL * i;
  // One path for the places that may be looked at, one for those that are.
  const square = (i: number, j: number) => `M${at(j) + 1},${at(i) + 1}h${CELL - 2}v${CELL - 2}h${2 - CELL}z`;
  const seen = step.rows.flatMap((_, i) => Array.from({ length: i + 1 }, (_, j) => square(i, j))).join('');
  const selected = step.rows.flatMap((places, i) => places.map((j) => square(i, j))).join('');
  const heads = shown.flatMap((token, i) => {
    const middle = at(i) + CELL / 2;
    return [
      h('text', { x: margin - 5, y: middle, 'text-anchor': 'end' }, token),
      longest <= MOST_UPRIGHT
        ? h('text', { x: middle, y: margin - 8, 'text-anchor': 'middle' }, token)
        : h('text', { transform: `translate(${middle},${margin - 5}) rotate(-90)` }, token),
    ];
  });
  const label = `${nameOf(step)}: ${describeSelector(step)}`;
  const isSmall = tokens.length <= MOST_FITTED;
  return h(
    'svg',
    {
      class: isSmall ? 'fitted' : '',
      width: size,
      height: size,
      viewBox: `0 0 ${size} ${size}`,
      role: 'img',
      'aria-label': label,
    },
    [h('path', { class: 'seen', d: seen }), h('path', { class: 'selected', d: selected }), heads],
  );
}

const renderProgram = ({ source }: Program): ComponentChild =>
  renderSection(
    'program',
    'Program',
    showText(source.name),
    h('pre', { class: 'box scroll', tabindex: 0 }, showLines(source.text)),
  );

const showLines = (text: string): string => text.trimEnd().split('\n').map(showText).join('\n');

const TRACE_STYLE = `
code,pre,.trace td,.trace th,svg text{font-family:ui-monospace,SFMono-Regular,Consolas,monospace}
code{overflow-wrap:anywhere}
pre{font-size:.82rem;line-height:1.5;padding:.8rem 1.1rem}
.trace{border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
.trace table{font-size:.82rem;border-collapse:separate;border-spacing:0}
.trace th,.trace td{padding:.28rem .5rem;min-width:2.1rem;text-align:right;white-space:nowrap}
.trace th:first-child{position:sticky;left:0;z-index:1;background:var(--card);text-align:left;font-weight:400;
width:20rem;min-width:9rem;max-width:20rem;padding:.28rem .9rem;overflow:hidden;text-overflow:ellipsis;border-right:1px solid var(--line)}
.trace small{color:var(--soft)}
.trace .named th span{font-weight:700}
.trace .added{background:color-mix(in srgb,var(--s0) 9%,transparent)}
.trace td.true{color:var(--s0);font-weight:700}
.patterns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1rem}
.patterns .chart{margin:0;min-width:0}
.inside-too{display:inline-block;margin-bottom:.7rem;font-size:.9rem}
.inside-too:not(:has(:checked))+.trace .inside{display:none}
figcaption{overflow-wrap:anywhere;font-size:.9rem}
figcaption small{display:block;font-weight:400}
svg{display:block}
svg.fitted{max-width:100%;height:auto}
svg text{font-size:11px;fill:var(--soft);dominant-baseline:central}
.seen{fill:var(--grid)}
.selected{fill:var(--s0)}
@media (max-width:46rem){.trace th:first-child{max-width:9rem}}
`.trim();
