// The script of charts of points over x: a line under the pointer, and the values nearest to it. A touch does the same.

export const XY_SCRIPT = `
'use strict';
(() => {
  const nearest = (places, x) => {
    let [low, high] = [0, places.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (places[middle] <= x) low = middle;
      else high = middle;
    }
    return x - places[low] < places[high] - x ? low : high;
  };
  for (const figure of document.querySelectorAll('.xy')) {
    const canvas = figure.querySelector('.canvas');
    const tip = document.createElement('div');
    tip.className = 'tip';
    tip.hidden = true;
    const rule = document.createElement('i');
    rule.hidden = true;
    canvas.append(rule, tip);
    let data;
    const show = (event) => {
      data ??= JSON.parse(figure.querySelector('script').textContent);
      const box = canvas.getBoundingClientRect();
      const x = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      const found = data.series
        .filter(({ at }) => at.length > 0)
        .map((series) => ({ series, i: nearest(series.at, x) }));
      if (found.length === 0) return;
      const placeOf = ({ series, i }) => series.at[i];
      const first = found.reduce((a, b) => (Math.abs(placeOf(b) - x) < Math.abs(placeOf(a) - x) ? b : a));
      const place = placeOf(first);
      // What lies elsewhere, such as the end of a shorter line, is not told.
      const close = found.filter((one) => Math.abs(placeOf(one) - place) < 0.03);
      const head = document.createElement('small');
      head.textContent = data.label + ' ' + first.series.x[first.i];
      const rows = close.map(({ series, i }) => {
        const row = document.createElement('div');
        const key = document.createElement('span');
        const name = document.createElement('bdi');
        const value = document.createElement('b');
        key.className = 'key ' + series.color;
        name.textContent = series.name;
        value.textContent = series.y[i];
        key.append(name);
        row.append(key, value);
        return row;
      });
      tip.replaceChildren(head, ...rows);
      rule.style.left = 100 * place + '%';
      tip.style.left = place < 0.5 ? 100 * place + '%' : 'auto';
      tip.style.right = place < 0.5 ? 'auto' : 100 * (1 - place) + '%';
      rule.hidden = tip.hidden = false;
    };
    canvas.addEventListener('pointermove', show);
    canvas.addEventListener('pointerdown', show);
    canvas.addEventListener('pointerleave', () => {
      rule.hidden = tip.hidden = true;
    });
  }
})();
`.trim();
