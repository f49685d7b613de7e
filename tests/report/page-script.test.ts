// The page's script on a document of a few lines: just what it calls.
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import { LIST_SCRIPT, TABS_SCRIPT } from '../../src/report/page-script.ts';

class Node {
  hidden = true;
  value = '';
  textContent = '';
  pressed = '';
  dataset: Record<string, string>;
  children: Record<string, Node[]>;
  shown: Node[] = [];
  private listeners: Record<string, () => void> = {};
  constructor(dataset: Record<string, string> = {}, children: Record<string, Node[]> = {}) {
    this.dataset = dataset;
    this.children = children;
  }
  querySelectorAll(selector: string): Node[] {
    return this.children[selector] ?? [];
  }
  setAttribute(_: 'aria-pressed', value: string): void {
    this.pressed = value;
  }
  addEventListener(event: string, listener: () => void): void {
    this.listeners[event] = listener;
  }
  replaceChildren(...nodes: Node[]): void {
    this.shown = nodes;
  }
  fire(event: string): void {
    this.listeners[event]!();
  }
}

const buildCard = (line: number, scores: string, text: string): Node => {
  const paragraph = new Node();
  paragraph.textContent = text;
  return new Node({ line: String(line), scores }, { '.text': [paragraph] });
};

let nodes: Record<string, Node>;
let buttons: Node[];
const lines = () => nodes.list!.shown.map(({ dataset }) => Number(dataset.line));

function start(cards: Node[]): void {
  buttons = [new Node({ panel: 'p-1' }), new Node({ panel: 'p-2' })];
  nodes = Object.fromEntries(
    ['tools', 'find', 'order', 'found', 'more', 'p-1', 'p-2'].map((id) => [id, new Node()]),
  );
  nodes.list = new Node({}, { '.card': cards });
  nodes.tabs = new Node({}, { button: buttons });
  nodes.order!.value = 'line 0';
  const document = {
    querySelectorAll: () => [nodes.tabs],
    getElementById: (id: string) => nodes[id],
  };
  runInNewContext(`${TABS_SCRIPT}\n${LIST_SCRIPT}`, { document });
}

beforeEach(() => {
  start([buildCard(1, '30 10', 'Cat'), buildCard(2, '10 20', 'dog'), buildCard(3, '20 60', 'The cat')]);
});

it('shows one panel at a time', () => {
  const state = () => [nodes['p-1']!.hidden, nodes['p-2']!.hidden, ...buttons.map(({ pressed }) => pressed)];
  expect(nodes.tabs!.hidden).toBe(false);
  expect(state()).toEqual([false, true, 'true', 'false']);
  buttons[1]!.fire('click');
  expect(state()).toEqual([true, false, 'false', 'true']);
});

it.each([
  ['line 0', [1, 2, 3]],
  ['low 0', [2, 3, 1]],
  ['high 1', [3, 2, 1]],
  ['spread 0', [3, 1, 2]],
])('sorts: %s', (order, expected) => {
  nodes.order!.value = order;
  nodes.order!.fire('change');
  expect(lines()).toEqual(expected);
});

it('finds text in any case', () => {
  expect(nodes.found!.textContent).toBe('3 sentences');
  nodes.find!.value = ' CAT ';
  nodes.find!.fire('input');
  expect(lines()).toEqual([1, 3]);
  nodes.find!.value = 'none';
  nodes.find!.fire('input');
  expect([lines(), nodes.found!.textContent]).toEqual([[], '0 sentences']);
});

it('shows 25 sentences, then more', () => {
  start(Array.from({ length: 30 }, (_, i) => buildCard(i + 1, '1', '')));
  expect([lines().length, nodes.more!.hidden]).toEqual([25, false]);
  nodes.more!.fire('click');
  expect([lines().length, nodes.more!.hidden]).toEqual([30, true]);
});
