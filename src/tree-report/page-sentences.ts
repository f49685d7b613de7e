// The report's sentences that have errors: gold tree and parsers' trees side by side, the differing brackets marked.
import { type ComponentChild, h } from 'preact';
import { renderKey } from '../report/chart.ts';
import { renderSection } from '../report/page-parts.ts';
import { colorClass } from '../report/palette.ts';
import { showScore, showText } from '../report/show.ts';
import { UNMATCHED } from '../trees/evalb-sentence.ts';
import { categoryOf, paletteCss } from '../trees/exporters/category.ts';
import { formatCount, plural } from '../util/format.ts';
import type { ErrorCounts, ParserOutput, TreeAnalysis } from './analysis.ts';
import { f1Of } from './bracket-metrics.ts';
import { errorKinds } from './error-kinds.ts';
import { type OutlineLine, outlineOf } from './outline.ts';

/** Of more, those with most errors are shown. */
const MOST_SENTENCES = 500;
/** Deeper lines are not indented further. */
const DEEPEST = 30;

export function renderSentences(
  outputs: readonly ParserOutput[],
  { sentenceErrors }: TreeAnalysis,
  names: readonly string[],
): ComponentChild {
  const brackets = (i: number): number =>
    sentenceErrors.reduce(
      (sum, list) => sum + [...list[i]!.values()].reduce((n, one) => n + one.brackets, 0),
      0,
    );
  const wrong = outputs[0]!.results.map((_, i) => i).filter((i) => brackets(i) > 0);
  const shown = wrong
    .toSorted((a, b) => brackets(b) - brackets(a) || a - b)
    .slice(0, MOST_SENTENCES)
    .toSorted((a, b) => a - b);
  const orders: [string, string][] = [
    ...names.map((name, s): [string, string] => [`low ${s}`, `Worst first: ${name}`]),
    ['line 0', 'As in the file'],
    ...(names.length > 1 ? [['spread 0', 'Largest differences first'] as [string, string]] : []),
  ];
  const left = wrong.length - shown.length;
  const note = [
    `${plural(wrong.length, 'sentence')} with an error${left > 0 ? `, of which the ${formatCount(shown.length)} with most wrong brackets are here` : ''}. A `,
    h('b', { class: 'tag off' }, 'marked'),
    ' bracket of a gold tree is missing in a parser’s, one of a parser’s tree is not in the gold tree; brackets and words that EVALB leaves out are never marked.',
    names.length > 1 && ' Points behind a gold bracket tell which parsers lack it.',
  ];
  return renderSection(
    'all',
    'Sentences',
    note,
    h('div', { id: 'tools', hidden: true }, [
      h('input', { id: 'find', type: 'search', placeholder: 'Find text', 'aria-label': 'Find text' }),
      h(
        'select',
        { id: 'order', 'aria-label': 'Order' },
        orders.map(([value, label]) => h('option', { value }, label)),
      ),
      h('span', { id: 'found', class: 'soft', role: 'status' }),
    ]),
    h(
      'div',
      { id: 'list' },
      shown.map((i) => renderCard(i, outputs, sentenceErrors, names)),
    ),
    h('button', { id: 'more', type: 'button', hidden: true }, 'Show more'),
  );
}

function renderCard(
  i: number,
  outputs: readonly ParserOutput[],
  errors: TreeAnalysis['sentenceErrors'],
  names: readonly string[],
): ComponentChild {
  const figures = outputs.map(({ results }) => {
    const { matched, gold, test } = results[i]!;
    return f1Of(matched, gold, test);
  });
  const golds = outputs.map(({ results, texts }) =>
    outlineOf(texts[i]![0], results[i]!.goldSentence.brackets),
  );
  const words = golds[0]!.flatMap((line) => line.words).join(' ');
  const isOff = ({ bracket }: OutlineLine): boolean => bracket?.outcome === UNMATCHED;
  const lacking = (line: number): number[] => outputs.flatMap((_, s) => (isOff(golds[s]![line]!) ? [s] : []));
  const gold = golds[0]!.map((line, k) => renderLine(line, lacking(k), names));
  const data = { 'data-line': i + 1, 'data-scores': figures.map((x) => Number(x.toFixed(4))).join(' ') };
  return h('article', { class: 'card', ...data }, [
    h('h4', null, h('span', null, `Sentence ${i + 1}`)),
    h('p', { class: 'text', dir: 'auto' }, showText(words)),
    h('div', { class: 'trees' }, [
      h('div', null, [h('h5', null, 'Gold'), h('ol', { class: 'tree' }, gold)]),
      ...outputs.map(({ results, texts }, s) => {
        const lines = outlineOf(texts[i]![1], results[i]!.testSentence.brackets);
        return h('div', null, [
          h('h5', null, [
            renderKey(names[s]!, s, names[s]!),
            h('span', { class: 'figure' }, showScore(figures[s]!, 1)),
          ]),
          h(
            'ol',
            { class: 'tree' },
            lines.map((line) => renderLine(line, isOff(line) ? [] : undefined, names)),
          ),
          h('p', { class: 'soft' }, describeErrors(errors[s]![i]!)),
        ]);
      }),
    ]),
  ]);
}

/** Marked where there is a list of parsers that lack the bracket, which are told where there are several. */
function renderLine(
  { depth, bracket, words }: OutlineLine,
  lacking: readonly number[] | undefined,
  names: readonly string[],
): ComponentChild {
  const isMarked = lacking !== undefined && (lacking.length > 0 || bracket?.outcome === UNMATCHED);
  const label = bracket && showText(bracket.label || '•');
  return h('li', { style: `--d:${Math.min(depth, DEEPEST)}` }, [
    label && h('b', { class: `tag ${categoryOf(label)}${isMarked ? ' off' : ''}` }, label),
    isMarked && names.length > 1
      ? lacking.map((s) => h('i', { class: `dot ${colorClass(s)}`, title: `not in ${names[s]}` }))
      : undefined,
    words.length > 0 && ` ${showText(words.join(' '))}`,
  ]);
}

const describeErrors = (errors: ErrorCounts): string =>
  Array.from(errors, ([kind, { errors: count, brackets }]) => {
    const times = count === 1 ? '' : ` ×${formatCount(count)}`;
    return `${errorKinds[kind][0]}${times} (${plural(brackets, 'bracket')})`;
  }).join(', ');

/** Beside the style of reports. */
export const TREE_STYLE = `
${paletteCss}
.kinds :is(th,td):nth-child(2){text-align:left}
.trees{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:.5rem 1.5rem;margin-top:.6rem}
.trees>div{min-width:0}
.trees h5{display:flex;justify-content:space-between;gap:1rem;margin:.4rem 0;font-size:.85rem}
.tree{list-style:none;margin:0;padding:0;font-size:.9rem;line-height:1.7}
.tree li{padding-left:calc(var(--d)*.85rem + 1.2rem);text-indent:-1.2rem;overflow-wrap:anywhere}
.tag{display:inline-block;text-indent:0;padding:0 .45rem;border-radius:.7rem;background:var(--bg);color:var(--fg,inherit);font-size:.8rem;line-height:1.35rem}
.off{outline:2px solid var(--mark-line);outline-offset:1px;margin:0 .2rem 0 .1rem;background:var(--mark)}
.dot{display:inline-block;text-indent:0;width:.6rem;height:.6rem;margin-left:.35rem;border-radius:50%;background:var(--c)}
@media (max-width:46rem){#errors .chart,.kinds :is(th,td):nth-child(2){display:none}#labels .x{writing-mode:vertical-rl;margin:.4rem auto 0}}
`.trim();
