import { expect, it } from 'vitest';
import { layOut, type XyChart } from '../../src/report/xy-chart.ts';
import { formatXySvg } from '../../src/report/xy-chart-svg.ts';
import { formatXyText } from '../../src/report/xy-chart-text.ts';
import { type LabelRoom, type PlacedLabel, placeLabels } from '../../src/report/xy-labels.ts';
import { Rng } from '../../src/util/rng.ts';

const chart = (points: readonly { x: number; y: number; label?: string }[]): XyChart => ({
  title: 'Figure',
  x: { label: 'size' },
  y: { label: '' },
  series: [{ name: 'a', color: 0, mark: 'dots', points }],
});
const room = {
  width: 500,
  height: 300,
  line: 14,
  gap: { x: 8, y: 6 },
  rings: 8,
  radius: 4,
  measure: (text: string) => 7 * text.length,
};
const label = (chart: XyChart, within: LabelRoom) => placeLabels(chart, layOut(chart, within), within);
const meet = (a: PlacedLabel, b: PlacedLabel) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

it('labels stand beside their points, in the room, on no dot and on no other label', () => {
  const rng = Rng.fromSeed(1);
  const points = Array.from({ length: 25 }, (_, i) => {
    return { x: rng.int(100), y: rng.int(100), label: `point ${i}` };
  });
  const labels = label(chart(points), room);
  expect(labels).toHaveLength(25);
  const { place } = layOut(chart(points), room);
  for (const [i, placed] of labels.entries()) {
    expect(placed.x).toBeGreaterThanOrEqual(0);
    expect(placed.x + placed.width).toBeLessThanOrEqual(room.width);
    expect(placed.y).toBeGreaterThanOrEqual(0);
    expect(placed.y + placed.height).toBeLessThanOrEqual(room.height);
    expect(labels.slice(i + 1).filter((other) => meet(placed, other))).toEqual([]);
    for (const point of points) {
      const { x, y } = place(point);
      const [left, top] = [x * room.width, (1 - y) * room.height];
      const isOn =
        left > placed.x && left < placed.x + placed.width && top > placed.y && top < placed.y + placed.height;
      expect(isOn).toBe(false);
    }
  }
  expect(label(chart(points), room)).toEqual(labels);
});

it('what has no room is left out; of very many none is shown', () => {
  const same = Array.from({ length: 60 }, (_, i) => ({ x: 1, y: 1, label: `the same place, ${i}` }));
  const labels = label(chart(same), { ...room, height: 60, rings: 1 });
  expect(labels.length).toBeGreaterThan(0);
  expect(labels.length).toBeLessThan(60);
  const many = Array.from({ length: 101 }, (_, i) => ({ x: i, y: i, label: `${i}` }));
  expect(label(chart(many), room)).toEqual([]);
});

it('a label far from its point has a line to it', () => {
  const close = Array.from({ length: 9 }, (_, i) => ({ x: 1, y: 1 + i * 1e-3, label: `name ${i}` }));
  const labels = label(chart([...close, { x: 2, y: 9 }]), room);
  expect(labels).toHaveLength(9);
  expect(labels.filter(({ leader }) => leader !== undefined).length).toBeGreaterThan(0);
});

it('points with labels keep away from the edges', () => {
  const { place } = layOut(
    chart([
      { x: 0, y: 0, label: 'a' },
      { x: 1, y: 1, label: 'b' },
    ]),
    room,
  );
  expect(place({ x: 0, y: 0 }).x).toBeCloseTo(0.05 / 1.1);
  expect(place({ x: 1, y: 1 }).y).toBeCloseTo(1.05 / 1.1);
  expect(
    layOut(
      chart([
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]),
      room,
    ).place({ x: 0, y: 0 }).x,
  ).toBe(0);
});

it('in characters', () => {
  const points = [
    { x: 1, y: 1, label: 'one' },
    { x: 2, y: 3, label: '中' },
    { x: 3, y: 2, label: 'the last' },
  ];
  expect(formatXyText(chart(points), { width: 40, height: 5 })).toMatchInlineSnapshot(`
    "Figure
    3 │                  ⠂ 中
      │
    2 │                          the last ⠄
      │
    1 │ ⠠ one
      └─────────────────────────────────────
         1               2              size
    "
  `);
});

it('long names and titles are cut or broken; text is escaped', () => {
  const label = 'a name that is very long and <b>';
  const svg = formatXySvg({ ...chart([{ x: 1, y: 1, label }]), title: 'word '.repeat(30).trim() });
  expect(svg.match(/class="title"/g)!.length).toBeGreaterThan(1);
  expect(svg).toContain('>a name that is… long and &lt;b><');
  expect(svg).toContain(`<title>a name that is very long and &lt;b>: 1 at 1</title>`);
});

it('a label is nearer to its own point than to others', () => {
  const points = [0, 1, 2, 3].map((y) => ({ x: 1, y, label: `name ${y}` }));
  const within = { ...room, height: 120 };
  const layout = layOut(chart(points), within);
  for (const [i, { y, height, leader }] of label(chart(points), within).entries()) {
    const away = points.map((point) =>
      Math.abs((1 - layout.place(point).y) * within.height - (y + height / 2)),
    );
    expect([leader, away.indexOf(Math.min(...away))]).toEqual([undefined, i]);
  }
});
