// A grid's claims in a page.
import { type ComponentChild, h } from 'preact';
import { renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { formatTold, tellComparisons } from './claim-forms.ts';
import type { ClaimResult, Verdict } from './verdict.ts';

/** A sign before the word. */
const SIGNS: Record<Verdict, string> = { holds: '✓', 'does not hold': '✗', 'cannot be told': '?' };

export const renderClaims = (claims: readonly ClaimResult[]): ComponentChild =>
  renderTable(['verdict', 'claim, and what was measured'], claims.map(renderClaim), 'claims');

function renderClaim(claim: ClaimResult): ComponentChild[] {
  const { says, verdict, comparisons } = claim;
  const told = tellComparisons(claim).map((one, i) => formatTold(one, comparisons[i]!.seeds.length));
  return [
    h('span', { class: `verdict ${verdict.replaceAll(' ', '-')}` }, [
      h('i', { 'aria-hidden': 'true' }, SIGNS[verdict]),
      ` ${verdict}`,
    ]),
    [
      showText(says),
      h(
        'ul',
        null,
        told.map((line) => h('li', null, showText(line))),
      ),
    ],
  ];
}

export const CLAIMS_STYLE = `
.claims{margin:1rem 0;max-width:60rem}
.claims td,.claims thead th{text-align:left;overflow-wrap:anywhere}
.claims tbody th{white-space:nowrap;padding-right:1rem}
.claims ul{margin:.25rem 0 0;padding:0;list-style:none;font-size:.85rem;color:var(--soft)}
.verdict i{font-style:normal;display:inline-block;width:1.1em}
.verdict.holds{color:var(--good)}
.verdict.does-not-hold{color:var(--bad)}
.verdict.cannot-be-told{color:var(--soft)}
:root{--good:#1d6b3a;--bad:#a1321b}
@media (prefers-color-scheme:dark){:root{--good:#7fd39b;--bad:#f0977f}}
@media (max-width:46rem){.claims thead{display:none}.claims tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
.claims tbody tr>*{display:block;padding:0;border:0}.claims tbody tr:last-child{border-bottom:0}}
`.trim();
