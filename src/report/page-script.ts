// Scripts of pages: tabs, and finding and sorting in the list of all sentences. Without them everything is shown.

export const TABS_SCRIPT = `
'use strict';
(() => {
  for (const tabs of document.querySelectorAll('.tabs')) {
    const buttons = Array.from(tabs.querySelectorAll('button'));
    const show = (chosen) => {
      for (const button of buttons) {
        button.setAttribute('aria-pressed', String(button === chosen));
        document.getElementById(button.dataset.panel).hidden = button !== chosen;
      }
    };
    for (const button of buttons) button.addEventListener('click', () => show(button));
    tabs.hidden = false;
    show(buttons[0]);
  }
})();
`.trim();

export const LIST_SCRIPT = `
'use strict';
(() => {
  const all = (selector, root) => Array.from(root.querySelectorAll(selector));
  const tools = document.getElementById('tools');
  const [list, find, order, found, more] = ['list', 'find', 'order', 'found', 'more'].map((id) => document.getElementById(id));
  const cards = all('.card', list).map((node) => ({
    node,
    line: Number(node.dataset.line),
    scores: node.dataset.scores.split(' ').map(Number),
    text: all('.text', node).map((text) => text.textContent).join('\\n').toLowerCase(),
  }));
  const keys = {
    line: (card) => card.line,
    low: (card, s) => card.scores[s],
    high: (card, s) => -card.scores[s],
    spread: (card) => Math.min(...card.scores) - Math.max(...card.scores),
  };
  const STEP = 25;
  let limit = STEP;
  const update = () => {
    const wanted = find.value.trim().toLowerCase();
    const [key, s] = order.value.split(' ');
    const rank = (card) => keys[key](card, Number(s));
    const shown = cards.filter((card) => card.text.includes(wanted));
    shown.sort((a, b) => rank(a) - rank(b) || a.line - b.line);
    list.replaceChildren(...shown.slice(0, limit).map((card) => card.node));
    found.textContent = shown.length + (shown.length === 1 ? ' sentence' : ' sentences');
    more.hidden = shown.length <= limit;
  };
  const restart = () => {
    limit = STEP;
    update();
  };
  find.addEventListener('input', restart);
  order.addEventListener('change', restart);
  more.addEventListener('click', () => {
    limit += STEP;
    update();
  });
  tools.hidden = false;
  update();
})();
`.trim();
