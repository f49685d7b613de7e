// The part of the page's script that draws one head as lines between tokens, and tells its steps in numbers.

export const LINES_SCRIPT = `
const lines = (() => {
  const BINS = 8;
  const MOST = 2000;
  let buttons = [];
  const column = (groups, select, name) => {
    const list = page.$(name);
    const made = groups.map(({ label }, i) => {
      const button = document.createElement('button');
      button.append(Object.assign(document.createElement('bdi'), { textContent: label }));
      button.tabIndex = i === 0 ? 0 : -1;
      button.addEventListener('focus', () => select(i));
      button.addEventListener('pointerenter', ({ pointerType }) => pointerType === 'mouse' && select(i));
      button.addEventListener('click', () => select(i));
      return button;
    });
    list.replaceChildren(...made);
    return made;
  };
  const path = (map, links) => {
    const [T, S] = [map.rows.length, map.columns.length];
    return links.map(([r, c]) => 'M0 ' + (r + 0.5) / T + 'C.5 ' + (r + 0.5) / T + ' .5 ' + (c + 0.5) / S + ' 1 ' + (c + 0.5) / S).join('');
  };
  const element = (d, width, opacity, kind) => {
    const one = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    for (const [name, value] of Object.entries({ d, 'stroke-width': width, opacity, class: kind })) one.setAttribute(name, value);
    return one;
  };
  // Links of like weights are one path.
  const drawLinks = (map, links, kind) => {
    const bins = Array.from({ length: BINS }, () => []);
    for (const link of links) bins[Math.min(BINS - 1, Math.floor(link[2] * BINS))].push(link);
    const strength = (b) => (b + 0.5) / BINS;
    return bins.map((own, b) => element(path(map, own), 1 + 5 * strength(b), 0.15 + 0.8 * strength(b), kind));
  };
  // Both columns are as tall as the longer one, so that lines lie at the same shares of the height.
  const draw = (map, state, selectRow, selectColumn) => {
    const [T, S] = [map.rows.length, map.columns.length];
    page.$('lines').style.height = 1.65 * Math.max(T, S) + 'rem';
    buttons = [column(map.rows, selectRow, 'queries'), column(map.columns, selectColumn, 'keys')];
    const all = Array.from(map.weights, (weight, i) => [Math.floor(i / S), i % S, weight / map.most]).filter(([, , weight]) => weight > 0.02);
    all.sort((a, b) => b[2] - a[2]);
    page.$('all').replaceChildren(...drawLinks(map, all.slice(0, MOST), 'faint'));
    select(map, state);
  };
  const select = (map, { row, column: chosen }) => {
    const S = map.columns.length;
    const own = Array.from(map.weights.subarray(row * S, (row + 1) * S), (weight, c) => [row, c, weight / map.most]);
    page.$('own').replaceChildren(...drawLinks(map, own.filter(([, , weight]) => weight > 0.004), 'strong'));
    buttons[0].forEach((button, r) => {
      button.setAttribute('aria-current', r === row);
      button.tabIndex = r === row ? 0 : -1;
    });
    buttons[1].forEach((button, c) => {
      button.setAttribute('aria-current', c === chosen);
      button.tabIndex = c === chosen ? 0 : -1;
      button.style.setProperty('--w', own[c][2]);
      button.dataset.weight = own[c][2] >= 0.005 ? (own[c][2] * map.most).toFixed(2) : '';
    });
  };
  page.$('lines').addEventListener('keydown', (event) => {
    const place = buttons.map((side) => side.indexOf(document.activeElement));
    const side = place.findIndex((i) => i >= 0);
    if (side < 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    const other = { ArrowRight: 1, ArrowLeft: 0 }[event.key];
    if (step === 0 && other === undefined) return;
    event.preventDefault();
    const to = other === undefined ? buttons[side][place[side] + step] : buttons[other].find((one) => one.tabIndex === 0);
    to?.focus();
  });
  return { draw, select };
})();

const steps = (() => {
  const { $ } = page;
  const unpacked = new Map();
  const vectorsOf = (layer) => {
    if (!unpacked.has(layer)) {
      const entries = Object.entries(layer.vectors).map(async ([name, one]) => [name, await core.unpackVectors(one)]);
      unpacked.set(layer, Promise.all(entries).then(Object.fromEntries));
    }
    return unpacked.get(layer);
  };
  const number = (x) => (x < 0 ? '−' : '') + Math.abs(x).toFixed(3);
  const make = (name, text, kind) => Object.assign(document.createElement(name), { textContent: text, className: kind ?? '' });
  const row = (head, cells, kind) => {
    const one = make('tr', '', kind);
    one.append(make('th', head), ...cells.map((cell) => make('td', cell)));
    return one;
  };
  // Units beside one another; on the right what they come to.
  const units = (id, rows) => {
    $(id).replaceChildren(...rows.map(([name, vector, sum]) => row(name, [sum === undefined ? '' : number(sum), ...Array.from(vector, number)])));
  };
  let asked = 0;
  const render = async () => {
    const { state } = page;
    const [layer, [queries, keys]] = [page.layerOf(), page.sides()];
    const reason = typeof state.head === 'string' ? 'choose' : layer.vectors ? '' : 'absent';
    for (const part of document.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== (reason || 'steps');
    if (reason !== '') return;
    const name = ({ piece }, i) => [i, i + 1 + ' ' + piece];
    page.fill($('from'), queries.tokens.map(name), state.from);
    page.fill($('to'), keys.tokens.map(name), state.to);
    const turn = ++asked;
    const vectors = await vectorsOf(layer);
    if (turn !== asked) return;
    const widths = { queries: layer.vectors.queries.width, values: layer.vectors.values.width };
    const places = [queries.tokens.length, keys.tokens.length];
    const found = core.stepsOf({ layer, vectors, widths, head: state.head, from: state.from, places, causal: page.stackOf().causal });
    const one = found.rows[state.to];
    const [from, to] = [queries.tokens[state.from].piece, keys.tokens[state.to].piece];
    for (const part of document.querySelectorAll('[data-told]'))
      part.textContent = { from, to, size: widths.queries, root: Math.sqrt(widths.queries).toFixed(3) }[part.dataset.told];
    units('dot', [
      ['q of ' + from, found.q],
      ['k of ' + to, one.k],
      ['their product', found.q.map((x, i) => x * one.k[i]), one.product],
    ]);
    $('scores').replaceChildren(...found.rows.map((own, j) => {
      const line = row(j + 1 + ' ' + keys.tokens[j].piece, [
        number(own.product), number(own.score), own.hidden ? '−∞' : '0', own.exp.toFixed(3), own.weight.toFixed(3),
      ], j === state.to ? 'chosen' : '');
      line.lastChild.style.setProperty('--w', own.weight);
      return line;
    }));
    $('total').textContent = 'Σ = ' + found.total.toFixed(3);
    const best = found.rows.map((_, j) => j).sort((a, b) => found.rows[b].weight - found.rows[a].weight).slice(0, 5);
    if (!best.includes(state.to)) best.push(state.to);
    const rest = Float64Array.from(found.mixed, (x, i) => best.reduce((left, j) => left - found.rows[j].weight * found.rows[j].v[i], x));
    units('mixed', [
      ...best.map((j) => [found.rows[j].weight.toFixed(3) + ' · v of ' + keys.tokens[j].piece, found.rows[j].v.map((x) => found.rows[j].weight * x)]),
      ...(found.rows.length > best.length ? [['all others', rest]] : []),
      ['their sum', found.mixed],
    ]);
  };
  $('from').addEventListener('change', ({ target }) => { page.state.from = Number(target.value); render(); });
  $('to').addEventListener('change', ({ target }) => { page.state.to = Number(target.value); render(); });
  return { render };
})();
page.start();
`.trim();
