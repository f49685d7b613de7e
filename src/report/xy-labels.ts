// Where the labels of a chart's points stand: beside their points and on nothing else, as far as there is room.
import { type Layout, shownPoints, type XyChart } from './xy-chart.ts';

/** Lengths of what is drawn on: pixels, or characters. */
export interface LabelRoom {
  readonly width: number;
  readonly height: number;
  /** The height of a label. */
  readonly line: number;
  /** From a point to its label, across and down. */
  readonly gap: { readonly x: number; readonly y: number };
  /** Labels may lie so many times their height further away, with a line to their point. */
  readonly rings: number;
  /** From a point to the end of its dot. */
  readonly radius: number;
  readonly measure: (text: string) => number;
  /** Makes a place one that can be drawn at. */
  readonly snap?: (place: number) => number;
}

interface Box {
  /** The left upper corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLabel extends Box {
  readonly text: string;
  /** The end that is sure to keep its distance from the point, however wide the letters are. */
  readonly anchor: Anchor;
  readonly color: number;
  /** From the point to the label, where they lie apart. */
  readonly leader:
    | { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }
    | undefined;
}

/** Names of more points cannot be read. */
const MAX_LABELS = 100;
/** Each label is placed once, and so many times again among all others. */
const PASSES = 3;

/**
 * The labels of a chart that is laid out so that have room, in order of series and points; what has none is left out. The same chart gives the same
 * places.
 */
export function placeLabels(chart: XyChart, { place }: Layout, room: LabelRoom): PlacedLabel[] {
  const at = (point: Spot): Spot => {
    const { x, y } = place(point);
    return { x: x * room.width, y: (1 - y) * room.height };
  };
  const marks = chart.series.flatMap((series) =>
    shownPoints(chart, series).map((point) => {
      const { x, y } = at(point);
      const ends = [point.low ?? point.y, point.high ?? point.y].map((end) => at({ x: point.x, y: end }).y);
      const [top, bottom] = [Math.min(...ends, y - room.radius), Math.max(...ends, y + room.radius)];
      const box = { x: x - room.radius, y: top, width: 2 * room.radius, height: bottom - top };
      return { x, y, box, text: point.label ?? '', color: series.color };
    }),
  );
  const labelled = marks.filter(({ text }) => text !== '');
  if (labelled.length > MAX_LABELS) return [];
  const dots = marks.map(({ box }) => box);
  const lines = chart.series.flatMap((series) =>
    series.mark === 'dots' ? [] : sampleLine(shownPoints(chart, series).map(at), room.line),
  );
  const candidates = labelled.map((mark) =>
    listPlaces(mark, room)
      .filter((one) => !dots.some((box) => overlap(one, box)))
      .map((one) => {
        const crossed = LINE_COST * lines.filter((dot) => holds(one, dot)).length;
        const mistaken = marks.filter((other) => other !== mark && isNearer(other, mark, one, room)).length;
        return { ...one, cost: one.cost + crossed + MISTAKE_COST * mistaken };
      }),
  );
  const placed: (Candidate | undefined)[] = labelled.map(() => undefined);
  for (let pass = 0; pass < PASSES; pass++)
    for (const [i, places] of candidates.entries()) {
      const others = placed.filter((one, k) => one !== undefined && k !== i);
      const free = places.filter((one) => !others.some((other) => overlap(one, other!)));
      placed[i] = free.reduce<Candidate | undefined>((a, b) => (a && a.cost <= b.cost ? a : b), undefined);
    }
  return labelled.flatMap(({ x, y, text, color }, i) => {
    const found = placed[i];
    if (found === undefined) return [];
    const { cost: _cost, ring, ...box } = found;
    return { ...box, text, color, leader: ring === 0 ? undefined : leaderOf(x, y, box) };
  });
}

type Anchor = 'start' | 'middle' | 'end';

interface Candidate extends Box {
  readonly anchor: Anchor;
  readonly ring: number;
  /** What is least is best. */
  readonly cost: number;
}

/**
 * What a place costs for each bit of a line in it, for each other point that it might be taken to be of, and for each of
 * the less liked directions.
 */
const LINE_COST = 0.5;
const MISTAKE_COST = 4;
const DIRECTION_COST = 0.1;

/** The places around a point that lie in the room, the best first: to the right, to the left, above, below, aslant. */
function listPlaces({ x, y, text }: Spot & { text: string }, room: LabelRoom): Candidate[] {
  const { line: height, gap, rings, measure, snap = (place) => place } = room;
  const width = measure(text);
  const places = Array.from({ length: rings + 1 }, (_, ring) => {
    const [across, down] = [gap.x + ring * height, gap.y + ring * height];
    const [right, left, middle] = [x + across, x - across - width, x - width / 2];
    const [above, below, beside] = [y - down - height, y + down, y - height / 2];
    const corners = [
      [right, beside, 'start'],
      [left, beside, 'end'],
      [middle, above, 'middle'],
      [middle, below, 'middle'],
      [right, above, 'start'],
      [left, above, 'end'],
      [right, below, 'start'],
      [left, below, 'end'],
    ] as const;
    return corners.map(([atX, atY, anchor], d) => {
      return { x: snap(atX), y: snap(atY), width, height, anchor, ring, cost: ring + DIRECTION_COST * d };
    });
  }).flat();
  return places.filter(
    (box) => box.x >= 0 && box.y >= 0 && box.x + width <= room.width && box.y + height <= room.height,
  );
}

/** From a point to the nearest place of a box. */
function leaderOf(x: number, y: number, box: Box): NonNullable<PlacedLabel['leader']> {
  const nearest = (at: number, from: number, length: number) => Math.min(Math.max(at, from), from + length);
  return { x1: x, y1: y, x2: nearest(x, box.x, box.width), y2: nearest(y, box.y, box.height) };
}

/** Whether a label lies as near to another point as to its own, or its leader passes there. */
function isNearer(other: Spot, own: Spot, box: Candidate, { radius }: LabelRoom): boolean {
  const { x1, y1, x2, y2 } = leaderOf(own.x, own.y, box);
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (distance(other, leaderOf(other.x, other.y, box)) <= length) return true;
  const along = ((other.x - x1) * (x2 - x1) + (other.y - y1) * (y2 - y1)) / (length * length || 1);
  const share = Math.min(1, Math.max(0, along));
  const nearest = { x2: x1 + share * (x2 - x1), y2: y1 + share * (y2 - y1) };
  return box.ring > 0 && distance(other, nearest) < 2 * radius;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

const distance = ({ x, y }: Spot, { x2, y2 }: { x2: number; y2: number }): number =>
  Math.hypot(x2 - x, y2 - y);

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const holds = (box: Box, { x, y }: Spot): boolean =>
  x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;

/** Places on a line through points, so far from one another. */
function sampleLine(points: readonly Spot[], step: number): Spot[] {
  return points.slice(1).flatMap((to, i) => {
    const from = points[i]!;
    const count = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step);
    return Array.from({ length: count }, (_, k) => ({
      x: from.x + ((to.x - from.x) * (k + 0.5)) / count,
      y: from.y + ((to.y - from.y) * (k + 0.5)) / count,
    }));
  });
}
