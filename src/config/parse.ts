// YAML 1.2 text to a tree with positions (yaml's lexer, parser and composer; the walk over its nodes is ours).
// Bounded on purpose: depth, because the composer recurses; values, because aliases can multiply them.
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser } from 'yaml';
import { quote } from '../util/quote.ts';
import { type Entry, errorAt, listTree, mapTree, type Place, type Tree } from './tree.ts';

const MAX_DEPTH = 100;
const MAX_VALUES = 100_000;

/** The tree of a text's single document, null when there is none; `placeAt` gives the place of a line and column. */
export function parseYaml(text: string, placeAt: (line: number, col: number) => Place): Tree | null {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return placeAt(Math.max(1, line), Math.max(1, col));
  };
  // Duplicate keys are found here: the composer compares every key with every other one.
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'core',
    logLevel: 'silent',
  });
  const [doc, second] = composer.compose(tokens(text, lines, at), false, text.length);
  const problem = doc?.errors[0] ?? second?.errors[0] ?? doc?.warnings[0];
  if (problem) throw errorAt(at(problem.pos[0]), problem.message.split('\n')[0]!);
  if (second) throw errorAt(at(second.range[0]), 'a second YAML document begins here; a config is one');
  return doc?.contents ? new TreeBuilder(at).build(doc.contents) : null;
}

function* tokens(text: string, lines: LineCounter, at: (offset: number) => Place) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) {
      throw errorAt(at(parser.offset), `nested more than ${MAX_DEPTH} levels deep`);
    }
  }
  yield* parser.end();
}

class TreeBuilder {
  readonly #anchors = new Map<string, Tree>();
  readonly #at: (offset: number) => Place;

  constructor(at: (offset: number) => Place) {
    this.#at = at;
  }

  build(node: Node): Tree {
    const place = this.#at(node.range?.[0] ?? 0);
    const tree = this.#convert(node, place);
    if (tree.size > MAX_VALUES) throw errorAt(place, `more than ${MAX_VALUES} values, aliases followed`);
    if (!isAlias(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, tree);
    return tree;
  }

  #convert(node: Node, place: Place): Tree {
    if (isAlias(node)) {
      const tree = this.#anchors.get(node.source);
      if (!tree) throw errorAt(place, `the alias *${node.source} has no finished anchor above it`);
      return tree;
    }
    if (isSeq<Node>(node)) {
      return listTree(
        place,
        node.items.map((item) => this.build(item)),
      );
    }
    if (isMap<Node, Node | null>(node)) {
      const entries = new Map<string, Entry>();
      for (const { key: keyNode, value } of node.items) {
        const keyPlace = this.#at(keyNode?.range?.[0] ?? 0);
        if (!isScalar(keyNode)) throw errorAt(keyPlace, 'a key must be a word');
        const key = String(keyNode.value);
        const first = entries.get(key);
        if (first)
          throw errorAt(keyPlace, `duplicate key ${quote(key)}; first on line ${first.keyPlace.line}`);
        if (key === '__proto__') throw errorAt(keyPlace, '__proto__ cannot be a key');
        entries.set(key, { keyPlace, node: value ? this.build(value) : scalar(keyPlace, null) });
      }
      return mapTree(place, entries);
    }
    if (isScalar(node)) {
      const { value } = node;
      if (
        value === null ||
        typeof value === 'string' ||
        typeof value === 'number' ||
        typeof value === 'boolean'
      ) {
        return scalar(place, value);
      }
    }
    throw errorAt(place, 'a value must be text, a number, true or false, a list or a map');
  }
}

function scalar(place: Place, value: string | number | boolean | null): Tree {
  return { kind: 'scalar', place, size: 1, value };
}
