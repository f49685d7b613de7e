// Bracketed treebanks: `(S (NP (DT the) (NN dog)) (VP (VBZ barks)))`, trees one to a line, several, or over
// many lines. ASCII white space separates, so every other character may be part of a word or a label; escapes such
// as -LRB- are left as they are. Not an S-expression reader: no quotes, no escapes, one word to a tag.
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { NO_TAG, type Tree } from './tree.ts';

export interface ReadTreesOptions {
  /** What errors call the text. */
  file?: string;
  /**
   * Takes the error of a bad tree, which is then left out; reading goes on at the next line with `(` in column 1.
   * With it such a `(` always begins a tree (as in the Penn Treebank, whose inner lines are indented), so that one
   * missing `)` costs one tree. Without it the first error is thrown.
   */
  onBad?: (error: UserError) => void;
  /** Takes each word without a tag of its own, which then gets XX; without it such a word is an error. */
  onUntagged?: (word: string) => void;
}

const NEWLINE = 0x0a;
const OPEN = 0x28;
const CLOSE = 0x29;
const BOM = 0xfeff;
/** A blank, or one of tab, newline, vertical tab, form feed and carriage return. */
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d);

// Comments, the header of the Penn Treebank's files, and mark-up such as `<S ID=1>` of the Chinese one.
const BETWEEN = /^\s*(?:#|%|\*x\*|<[^()]*$)/;

/** Whether a line that does not stand within a tree belongs to none: a comment or mark-up. */
export function isBetweenTrees(line: string): boolean {
  return BETWEEN.test(line);
}

/** Whether words of a text hold brackets as `\(` and `\)`; elsewhere a word may end in a backslash. */
export function hasEscapes(text: string): boolean {
  return /\s\\\(/.test(text);
}

/** A word with its `\(` and `\)` as the Treebank writes them. */
export function unescapeBrackets(word: string): string {
  return word.replaceAll('\\(', '-LRB-').replaceAll('\\)', '-RRB-');
}

const TAG = /<[^<>()\n]*>/y;

interface Frame {
  /** Undefined until it has been read; '' for a root that has none. */
  label: string | undefined;
  children: (Tree | string)[];
}

/**
 * The trees of a text. A root may lack its label, as may a root within it: `( (S …))` has the label ''. A byte
 * order mark, `\r`, mark-up such as `<S ID=1>` and lines between trees that begin with `#`, `%` or `*x*` are passed
 * over. In a text with the word `\(`, that and `\)` in words are -LRB- and -RRB-. A UserError tells `file:line:column` (both from 1) of
 * a bracket too many or too few, of text outside a tree or beside a word, of an empty constituent and of a missing
 * label.
 */
export function readTrees(
  text: string,
  { file = 'trees', onBad, onUntagged }: ReadTreesOptions = {},
): Tree[] {
  const trees: Tree[] = [];
  const stack: Frame[] = [];
  const escapes = hasEscapes(text);
  let at = text.charCodeAt(0) === BOM ? 1 : 0;
  let line = 1;
  let lineStart = at;
  let rootPlace = '';
  // Whether the line has had nothing but white space so far.
  let isBlank = true;

  const place = () => `${file}:${line}:${at - lineStart + 1}`;
  const refuse = (message: string, where = place()) => {
    const error = new UserError(`${where}: ${message}`);
    if (!onBad) throw error;
    onBad(error);
    stack.length = 0;
  };
  const refuseUnclosed = () =>
    refuse(`this tree is not closed: ${stack.length} ")" missing at ${place()}`, rootPlace);

  while (at < text.length) {
    const code = text.charCodeAt(at);
    let end = at + 1;
    let problem: string | undefined;
    if (code === NEWLINE) {
      line++;
      lineStart = end;
      isBlank = true;
    } else if (code === OPEN) {
      if (onBad && stack.length > 0 && at === lineStart) refuseUnclosed();
      problem = openFrame(stack, onUntagged !== undefined);
      if (stack.length === 1) rootPlace = place();
    } else if (code === CLOSE) {
      problem = closeFrame(stack, trees, onUntagged);
    } else if (!isSpace(code)) {
      const passed = stack.length === 0 ? endOfPassed(text, at, isBlank) : at;
      const isWord = stack.at(-1)?.label !== undefined;
      end = passed > at ? passed : endOfAtom(text, at, isWord && escapes);
      if (passed === at) problem = addAtom(stack.at(-1), unescapeBrackets(text.slice(at, end)), onUntagged);
    }
    isBlank &&= isSpace(code);
    if (problem === undefined) at = end;
    else {
      refuse(problem);
      const next = indexOrEnd(text, '\n(', at);
      for (; at < next; at++) {
        if (text.charCodeAt(at) !== NEWLINE) continue;
        line++;
        lineStart = at + 1;
      }
      isBlank = true;
    }
  }
  if (stack.length > 0) refuseUnclosed();
  return trees;
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from);
  return index < 0 ? text.length : index;
}

/** The end of what is passed over between trees, the line if it begins here or a tag, or `at`. */
function endOfPassed(text: string, at: number, beginsLine: boolean): number {
  const end = beginsLine ? indexOrEnd(text, '\n', at) : at;
  if (beginsLine && isBetweenTrees(text.slice(at, end))) return end;
  TAG.lastIndex = at;
  return TAG.test(text) ? TAG.lastIndex : at;
}

/** The end of the label or word that begins at `at`. */
function endOfAtom(text: string, at: number, escapes: boolean): number {
  for (let end = at; end < text.length; end++) {
    const code = text.charCodeAt(end);
    const isBracket = code === OPEN || code === CLOSE;
    if (isBracket && escapes && end > at && text[end - 1] === '\\') continue;
    if (isBracket || isSpace(code)) return end;
  }
  return text.length;
}

/** Opens a bracket, or says why it may not stand here. */
function openFrame(stack: Frame[], mayBeBare: boolean): string | undefined {
  const parent = stack.at(-1);
  if (parent) {
    if (parent.label === undefined) {
      const above = stack.at(-2);
      if (above && (above.label !== '' || above.children.length > 0)) return 'missing label before "("';
      parent.label = '';
    }
    const [first] = parent.children;
    if (typeof first === 'object' && first.label === '')
      return 'a bracket without label must hold the whole tree';
    if (typeof first === 'string' && !mayBeBare) return beside(first);
  }
  stack.push({ label: undefined, children: [] });
  return undefined;
}

/** Closes a bracket and hands its tree to the one around it or to `trees`, or says why it cannot be closed. */
function closeFrame(
  stack: Frame[],
  trees: Tree[],
  onUntagged: ReadTreesOptions['onUntagged'],
): string | undefined {
  const frame = stack.pop();
  if (!frame) return '")" without its "("';
  const { label = '', children } = frame;
  if (children.length === 0) return `empty constituent "(${label})"; a word is written "(TAG word)"`;
  const siblings: (Tree | string)[] = stack.at(-1)?.children ?? trees;
  if (children.length === 1) siblings.push({ label, children });
  else {
    for (const child of children) if (typeof child === 'string') onUntagged?.(child);
    siblings.push({ label, children: children.map(tagBare) });
  }
  return undefined;
}

const tagBare = (child: Tree | string): Tree =>
  typeof child === 'string' ? { label: NO_TAG, children: [child] } : child;

/** Puts an atom in its place, label or word, or says why it has none. */
function addAtom(
  frame: Frame | undefined,
  atom: string,
  onUntagged: ReadTreesOptions['onUntagged'],
): string | undefined {
  if (!frame) return `text outside a tree: ${quote(atom)}`;
  if (frame.label === undefined) frame.label = atom;
  else if (frame.children.length > 0 && !onUntagged) return beside(atom);
  else frame.children.push(atom);
  return undefined;
}

function beside(word: string): string {
  return `the word ${quote(word)} shares its bracket; every word needs a tag of its own, as "(TAG word)"`;
}
