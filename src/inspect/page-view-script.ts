// The part of the page's script that shows heads: thumbnails of all, and one of them as lines and as a map.

export const VIEW_SCRIPT = `
const page = (() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($('inspection').textContent);
  const state = { stack: 0, layer: 0, head: 0, figure: 'weights', words: false, special: true, row: 0, column: 0, from: 0, to: 0 };
  const stackOf = () => data.stacks[state.stack];
  const layerOf = () => stackOf().layers[state.layer];
  const sides = () => [data.sequences[stackOf().queries], data.sequences[stackOf().keys]];
  const known = new Map();
  // A layer unpacked, once it is asked for.
  const openedOf = (layer) => {
    if (!known.has(layer)) known.set(layer, core.openLayer(layer));
    return known.get(layer);
  };
  const colorOf = (name) => {
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
    probe.fillRect(0, 0, 1, 1);
    return probe.getImageData(0, 0, 1, 1).data;
  };
  // Values from 0 to 1 [height, width] as the transparency of a colour.
  const paint = (canvas, height, width, valueOf, nameOf = () => '--s0') => {
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d');
    const image = context.createImageData(width, height);
    const colors = new Map();
    for (let i = 0; i < width * height; i++) {
      const name = nameOf(i);
      if (!colors.has(name)) colors.set(name, colorOf(name));
      const [r, g, b] = colors.get(name);
      image.data.set([r, g, b, Math.round(255 * valueOf(i))], 4 * i);
    }
    context.putImageData(image, 0, 0);
  };
  const MOST = 48;
  // Of a large map the largest weight of each block.
  const paintThumb = (canvas, bytes, T, S) => {
    const [height, width] = [Math.min(T, MOST), Math.min(S, MOST)];
    const largest = new Uint8Array(height * width);
    for (let i = 0; i < T; i++) {
      const line = Math.floor((i * height) / T) * width;
      for (let j = 0; j < S; j++) {
        const at = line + Math.floor((j * width) / S);
        if (bytes[i * S + j] > largest[at]) largest[at] = bytes[i * S + j];
      }
    }
    paint(canvas, height, width, (i) => largest[i] / 255);
  };
  const thumbs = () => [...$('grid').querySelectorAll('button')];
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      drawThumb(target);
    }
  }, { rootMargin: '120px' });
  const drawThumb = async (button) => {
    const layer = stackOf().layers[button.dataset.layer];
    const [queries, keys] = sides();
    const { weights: bytes } = await openedOf(layer);
    const [T, S] = [queries.tokens.length, keys.tokens.length];
    const start = button.dataset.head * T * S;
    paintThumb(button.firstChild, bytes.subarray(start, start + T * S), T, S);
  };
  const buildGrid = () => {
    const { layers } = stackOf();
    const cells = layers.flatMap((layer, l) => [
      Object.assign(document.createElement('span'), { className: 'layer', textContent: layer.layer }),
      ...Array.from({ length: layer.numHeads }, (_, h) => {
        const button = document.createElement('button');
        Object.assign(button.dataset, { layer: l, head: h });
        button.setAttribute('aria-label', 'Layer ' + layer.layer + ', head ' + (h + 1));
        button.title = button.getAttribute('aria-label');
        button.append(document.createElement('canvas'));
        button.addEventListener('click', () => choose({ layer: l, head: h }));
        return button;
      }),
    ]);
    $('grid').style.setProperty('--heads', layers[0].numHeads);
    $('grid').replaceChildren(...cells);
    for (const button of thumbs()) seen.observe(button);
  };
  $('grid').addEventListener('keydown', (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { layer, head } = document.activeElement.dataset;
    const next = thumbs().find((one) => one.dataset.layer == +layer + step[0] && one.dataset.head == +head + step[1]);
    next?.focus();
    next?.click();
  });
  const fill = (select, options, chosen) => {
    select.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
    select.value = chosen;
  };
  let shown;
  const render = async () => {
    const [stack, layer] = [stackOf(), layerOf()];
    if (typeof state.head === 'string' && state.head !== 'mean' && !layer[state.head]) state.head = 'mean';
    if (!layer.norms) state.figure = 'weights';
    const isPath = state.head === 'rollout' || state.head === 'flow';
    $('figure').disabled = isPath || !layer.norms;
    $('figure').value = isPath ? 'weights' : state.figure;
    fill($('layer'), stack.layers.map((one, l) => [l, 'Layer ' + one.layer]), state.layer);
    fill($('head-of-layer'), [
      ...Array.from({ length: layer.numHeads }, (_, h) => [h, 'Head ' + (h + 1)]),
      ['mean', state.figure === 'norms' ? 'All heads together' : 'Mean of all heads'],
      ...(layer.rollout ? [['rollout', 'Rollout up to this layer']] : []),
      ...(layer.flow ? [['flow', 'Flow through all layers']] : []),
    ], state.head);
    for (const button of thumbs()) {
      const isChosen = button.dataset.layer == state.layer && button.dataset.head == state.head;
      button.setAttribute('aria-pressed', isChosen);
      const isFirst = button.dataset.layer == state.layer && button.dataset.head == (Number(state.head) || 0);
      button.tabIndex = isFirst ? 0 : -1;
    }
    const opened = await openedOf(layer);
    if (layer !== layerOf()) return;
    shown = core.viewMap(core.mapOf(layer, opened, state), ...sides(), state);
    const { rows, columns, weights, most } = shown;
    [state.row, state.column] = [Math.min(state.row, rows.length - 1), Math.min(state.column, columns.length - 1)];
    paint($('map'), rows.length, columns.length, (i) => Math.sqrt(weights[i] / most));
    lines.draw(shown, state, selectRow, selectColumn);
    tell();
    steps.render();
    compare.render();
  };
  const tell = () => {
    const { rows, columns, weights } = shown;
    const weight = weights[state.row * columns.length + state.column];
    $('told').textContent = rows[state.row].label + ' → ' + columns[state.column].label + ': ' + weight.toFixed(3);
    const [x, y] = [100 / columns.length, 100 / rows.length];
    Object.assign($('cross').style, {
      left: state.column * x + '%', top: state.row * y + '%', width: x + '%', height: y + '%',
    });
  };
  const selectRow = (row) => {
    state.row = row;
    state.from = shown.rows[row].places[0];
    const own = shown.weights.subarray(row * shown.columns.length, (row + 1) * shown.columns.length);
    selectColumn(own.indexOf(Math.max(...own)));
  };
  const selectColumn = (column) => {
    state.column = column;
    state.to = shown.columns[column].places[0];
    lines.select(shown, state);
    tell();
    steps.render();
  };
  const choose = (change) => {
    Object.assign(state, change);
    render();
  };
  const cellAt = (event) => {
    const box = $('map').getBoundingClientRect();
    const at = (place, start, size, count) => Math.min(count - 1, Math.max(0, Math.floor(((place - start) / size) * count)));
    return [
      at(event.clientY, box.top, box.height, shown.rows.length),
      at(event.clientX, box.left, box.width, shown.columns.length),
    ];
  };
  const point = (event) => {
    if (!shown) return;
    const [row, column] = cellAt(event);
    if (row !== state.row) selectRow(row);
    if (column !== state.column) selectColumn(column);
  };
  $('frame').addEventListener('pointermove', point);
  $('frame').addEventListener('pointerdown', point);
  const start = () => {
    fill($('stack'), data.stacks.map(({ kind, side }, s) => [
      s, $('stack').dataset[kind] + (data.sides ? ' · ' + data.sides[side] : ''),
    ]), 0);
    $('stack').addEventListener('change', ({ target }) => {
      Object.assign(state, { stack: Number(target.value), layer: 0, head: 0, row: 0, column: 0, from: 0, to: 0 });
      buildGrid();
      render();
    });
    $('layer').addEventListener('change', ({ target }) => choose({ layer: Number(target.value) }));
    $('head-of-layer').addEventListener('change', ({ target }) => {
      choose({ head: /^\\d/.test(target.value) ? Number(target.value) : target.value });
    });
    $('figure').addEventListener('change', ({ target }) => choose({ figure: target.value }));
    $('words').addEventListener('change', ({ target }) => choose({ words: target.checked, row: 0, column: 0 }));
    $('special').addEventListener('change', ({ target }) => choose({ special: !target.checked, row: 0, column: 0 }));
    matchMedia('(prefers-color-scheme:dark)').addEventListener('change', () => {
      for (const button of thumbs()) drawThumb(button);
      render();
    });
    buildGrid();
    for (const part of document.querySelectorAll('.scripted')) part.hidden = false;
    render();
  };
  return { $, fill, data, state, stackOf, layerOf, sides, openedOf, paint, selectRow, choose, start };
})();
`.trim();
