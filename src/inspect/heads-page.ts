// What heads do over many texts, as text and as a page.
import { type ComponentChild, h } from 'preact';
import { formatColumns } from '../report/columns.ts';
import { arrange, type Drawing } from '../report/drawing.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import type { HeadSummary } from './head-summary.ts';
import { drawHeat, type HeatMap, renderHeat } from './heat-svg.ts';
import { mapKinds } from './inspection.ts';
import { shade } from './plain-page.ts';

const HEADS = [
  'head',
  'kind',
  'entropy',
  'distance',
  'previous',
  'own',
  'first',
  'special',
  'induction',
  'fixed',
];
const IMPORTANCE = ['gradient', 'ablation'] as const;

const show = (x: number | null, digits = 2): string => (x === null ? '' : x.toFixed(digits));

function rowOf({ attention, layer, head, kind, figures, offset }: HeadSummary): string[] {
  const { entropy, distance, previous, self, first, special, induction } = figures;
  const fixed = offset === null ? '' : `${offset.by > 0 ? '+' : ''}${offset.by}: ${show(offset.weight)}`;
  const cells = [entropy, distance, previous, self, first, special, induction].map((x) => show(x));
  return [`${attention} ${layer}.${head}`, kind, ...cells, fixed];
}

/** The figures of importance that there are. */
const known = (heads: readonly HeadSummary[]) =>
  IMPORTANCE.filter((name) => heads.some((one) => one[name] !== undefined));

const nameOf = (name: (typeof IMPORTANCE)[number], score: string | undefined): string =>
  name === 'ablation' && score !== undefined ? `${score} lost` : name;

/** A line for each head; `score` is what is lost in, of runs that label texts. */
export function formatHeads(heads: readonly HeadSummary[], score?: string): string {
  const more = known(heads);
  const rows = heads.map((one) => [...rowOf(one), ...more.map((name) => show(one[name] ?? null, 4))]);
  return formatColumns(
    [[...HEADS, ...more.map((name) => nameOf(name, score))], ...rows],
    new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
  );
}

/** What heads are worth, a row a layer; undefined where that was not found. */
export function drawImportance(
  heads: readonly HeadSummary[],
  figure: (typeof IMPORTANCE)[number],
  score?: string,
): Drawing | undefined {
  const maps = importanceMaps(heads, figure, score).map(drawHeat);
  return maps.length === 0 ? undefined : arrange(`Heads: ${nameOf(figure, score)}`, maps, 1);
}

/** One for each attention. */
function importanceMaps(
  heads: readonly HeadSummary[],
  figure: (typeof IMPORTANCE)[number],
  score: string | undefined,
): HeatMap[] {
  const known = heads.filter((one) => one[figure] !== undefined);
  const most = Math.max(1e-12, ...known.map((one) => Math.abs(one[figure]!)));
  return mapKinds.flatMap((kind): HeatMap[] => {
    const own = known.filter(({ attention }) => attention === kind);
    if (own.length === 0) return [];
    const layers = [...new Set(own.map(({ layer }) => layer))];
    const columns = Math.max(...own.map(({ head }) => head));
    const values = new Float64Array(layers.length * columns);
    for (const one of own) values[layers.indexOf(one.layer) * columns + one.head - 1] = one[figure]!;
    return [
      {
        title: `${kind}: ${nameOf(figure, score)}, ${most.toPrecision(3)} at most`,
        rows: layers.map((layer) => `layer ${layer}`),
        columns: Array.from({ length: columns }, (_, h) => `head ${h + 1}`),
        values,
        most,
      },
    ];
  });
}

const OF_TOKENS =
  'Gradient: how much the nats a token change with a factor of what the head gives. Ablation: how many more nats a token costs without it.';

export function renderHeadSummaries(
  heads: readonly HeadSummary[],
  texts: number,
  score?: string,
): ComponentChild {
  const more = known(heads);
  const largest = Object.fromEntries(
    more.map((name) => [name, Math.max(1e-12, ...heads.map((one) => Math.abs(one[name] ?? 0)))]),
  );
  const rows = heads.map((one) => [
    ...rowOf(one),
    ...more.map((name) => {
      const value = one[name] ?? 0;
      const { class: color, style } = shade(Math.abs(value) / largest[name]!, value < 0 ? 1 : 0);
      return h('span', { class: `bar ${color}`, style }, value.toFixed(4));
    }),
  ]);
  return renderSection(
    'heads',
    'Heads over texts',
    `Means over ${texts} texts: entropy in nats, distance in tokens, and weights of the token before, the own, the first, special ones, those behind an earlier occurrence of the same token (induction), and the fixed distance that gets most. A kind has at least 0.4 of the weight. ${score === undefined ? OF_TOKENS : `Gradient: how much the run’s loss of a text changes with a factor of what the head gives. Lost: how much worse the ${score} of all texts is without it.`}`,
    more.length > 0 &&
      h(
        'div',
        { class: 'sides' },
        more.flatMap((name) =>
          importanceMaps(heads, name, score).map((map) => h('figure', null, renderHeat(map))),
        ),
      ),
    h(
      'div',
      { class: 'scroll' },
      renderTable([...HEADS, ...more.map((name) => nameOf(name, score))], rows, 'figures'),
    ),
  );
}
