// The style and the script of the page of trees. Folding is the browser's own (<details>); the script adds the search,
// the arrow keys and the buttons, and nothing is lost without it.
import { paletteCss } from './category.ts';

export const pageStyle = `${paletteCss}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Helvetica Neue",Arial,sans-serif}
header{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding:.7rem 1.25rem;background:var(--card);border-bottom:1px solid var(--line)}
h1{font-size:1.05rem;margin:0 auto 0 0;overflow-wrap:anywhere}
header input[type=search]{font:inherit;width:16rem;max-width:100%;padding:.3rem .7rem;border:1px solid var(--line);border-radius:1rem;background:var(--paper);color:inherit}
header button{font:inherit;padding:.25rem .7rem;border:1px solid var(--line);border-radius:1rem;background:var(--paper);color:inherit;cursor:pointer}
:focus-visible{outline:2px solid var(--noun);outline-offset:2px}
output{color:var(--muted);min-width:6rem}
.tools{display:none;flex-wrap:wrap;gap:.5rem;align-items:center}
.js .tools{display:flex}
section{padding:1.1rem 1.25rem 1.6rem;border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 420px}
section[hidden]{display:none}
h2{display:flex;gap:.8rem;align-items:baseline;margin:0 0 .6rem;font-size:1rem;font-weight:400}
h2 a{color:var(--muted);text-decoration:none;font-variant-numeric:tabular-nums;white-space:pre}
.canvas{overflow-x:auto;padding:.4rem 0}
.canvas>.n{width:max-content;min-width:min-content;padding-top:0}
.canvas>.n::before,.canvas>.n::after{display:none}
.n{position:relative;padding:16px 5px 0;text-align:center;flex:none}
.n::before,.n::after{content:"";position:absolute;top:0;height:16px;border-top:1.5px solid var(--line)}
.n::before{left:0;right:50%}
.n::after{left:50%;right:0;border-left:1.5px solid var(--line)}
.n:first-child::before,.n:last-child::after{border-top:0}
.n:first-child:not(:last-child)::after{border-top-left-radius:8px}
.n:last-child:not(:first-child)::before{border-right:1.5px solid var(--line);border-top-right-radius:8px;right:calc(50% - 1.5px)}
.n:last-child:not(:first-child)::after{border-left:0}
.k{position:relative;display:flex;justify-content:center;padding-top:12px}
.k::before{content:"";position:absolute;top:0;left:50%;height:12px;border-left:1.5px solid var(--line)}
summary{display:inline-block;list-style:none;cursor:pointer;padding:.05rem .7rem;border-radius:1rem;background:var(--bg);color:var(--fg);font-weight:600;font-size:.9rem;white-space:nowrap}
summary::-webkit-details-marker{display:none}
summary:hover{box-shadow:0 0 0 1.5px var(--fg)}
details:not([open])>summary{border-radius:.8rem;box-shadow:0 0 0 1.5px var(--fg)}
details:not([open])>summary::after{content:attr(data-words);display:block;font-weight:400;font-style:italic;color:var(--ink)}
.t{display:block;font-size:.8rem;color:var(--fg);white-space:nowrap}
.w{display:block;font-weight:500;white-space:nowrap}
.x{display:block;white-space:pre-wrap;overflow-wrap:anywhere;max-width:40rem;font:12px ui-monospace,monospace}
.hit{background:var(--hit);color:var(--ink);border-radius:.3rem}
summary.hit{border-radius:1rem}
body:has(#outline:checked) .n{padding:2px 0 2px 20px;text-align:left}
body:has(#outline:checked) .canvas>.n{padding:0}
body:has(#outline:checked) .k{flex-direction:column;padding:0 0 0 10px}
body:has(#outline:checked) .k::before,body:has(#outline:checked) .n::after{display:none}
body:has(#outline:checked) .n::before{border:0;border-left:1.5px solid var(--line);left:2px;right:auto;height:auto;bottom:0;width:0}
body:has(#outline:checked) .t,body:has(#outline:checked) .w{display:inline-block}
body:has(#outline:checked) .t{min-width:3rem;padding-right:.5rem}
@media (max-width:46rem){body:has(#outline:checked) .n{padding-left:8px}body:has(#outline:checked) .k{padding-left:6px}body:has(#outline:checked) .canvas>.n{padding-left:0}}
@media print{header{display:none}section{break-inside:avoid}}`;

export const pageScript = `'use strict';
document.documentElement.classList.add('js');
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
// Trees from the top down are wider than a narrow screen.
if (matchMedia('(max-width:46rem)').matches) document.getElementById('outline').checked = true;
const search = document.querySelector('input[type=search]');
const count = document.querySelector('output');
const sections = all('section');
let hits = [];
let at = -1;
const unfold = (element) => {
  for (let e = element.parentElement.closest('details'); e; e = e.parentElement.closest('details')) e.open = true;
};
const run = () => {
  const query = search.value.trim().toLowerCase();
  for (const hit of hits) hit.classList.remove('hit');
  hits = [];
  at = -1;
  for (const section of sections) {
    const found = query === '' ? [] : all('summary,.t,.w,.x', section).filter((e) => e.textContent.toLowerCase().includes(query));
    section.hidden = query !== '' && found.length === 0;
    hits.push(...found);
  }
  for (const hit of hits) {
    hit.classList.add('hit');
    unfold(hit.matches('summary') ? hit.parentElement : hit);
  }
  count.textContent = query === '' ? '' : hits.length + (hits.length === 1 ? ' match' : ' matches');
};
let timer;
search.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(run, 120);
});
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    search.value = '';
    run();
  }
  if (event.key !== 'Enter' || hits.length === 0) return;
  event.preventDefault();
  at = (at + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
  if (at < 0) at = 0;
  hits[at].scrollIntoView({ block: 'center', inline: 'center' });
  count.textContent = at + 1 + ' of ' + hits.length;
});
for (const button of all('button[data-open]')) {
  button.addEventListener('click', () => {
    for (const details of all('details')) details.open = button.dataset.open === 'true';
  });
}
const visible = () => all('summary').filter((e) => e.getClientRects().length > 0);
const step = (from, by) => {
  const list = visible();
  return list[list.indexOf(from) + by];
};
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/' && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
    return;
  }
  const summary = event.target.closest('summary');
  if (!summary) return;
  const details = summary.parentElement;
  let next;
  if (event.key === 'ArrowRight') {
    if (details.open) next = details.querySelector(':scope > .k summary');
    else details.open = true;
  } else if (event.key === 'ArrowLeft') {
    if (details.open) details.open = false;
    else next = details.parentElement.closest('details')?.querySelector('summary');
  } else if (event.key === 'ArrowDown') next = step(summary, 1);
  else if (event.key === 'ArrowUp') next = step(summary, -1);
  else return;
  event.preventDefault();
  if (next) {
    next.focus();
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
});`;
