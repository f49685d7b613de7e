// The declared steps between a treebank's trees and the trees that models learn and EVALB scores. Each step is a
// function of its own; a config lists their names in the order in which they apply.
import { z } from 'zod';
import { isPreterminal, mapTree, rebuildTree, type Tree } from './tree.ts';

/** The label of a bracket that says nothing: added over what has no single root. EVALB does not count it. */
export const TOP = 'TOP';
/** Labels of the bracket that treebanks put around a whole tree. */
export const TOP_LABELS: readonly string[] = ['', TOP, 'ROOT', 'VROOT', 'S1'];

/** The tree a step leaves, or undefined when it leaves nothing. */
export type NormalizationStep = (tree: Tree) => Tree | undefined;

/**
 * Takes off root brackets with the label TOP, ROOT, VROOT, S1 or none, as long as there is one constituent below; one over
 * several children or over a lone word stays and is called TOP.
 */
export function stripTop(tree: Tree): Tree {
  let root = tree;
  while (TOP_LABELS.includes(root.label) && !isPreterminal(root)) {
    const [child, second] = root.children;
    if (second !== undefined || child === undefined || typeof child === 'string' || isPreterminal(child))
      return { label: TOP, children: root.children };
    root = child;
  }
  return root;
}

/** Puts the tree under one bracket TOP, in place of a root bracket TOP, ROOT, S1 or without label. */
export function addTop(tree: Tree): Tree {
  const root = stripTop(tree);
  return root.label === TOP && !isPreterminal(root) ? root : { label: TOP, children: [root] };
}

/** Drops words tagged -NONE-, which nobody says, and every constituent that is empty without them. */
export function dropTraces(tree: Tree): Tree | undefined {
  return rebuildTree(tree, ({ label }, children) =>
    children.length === 0 || (label === '-NONE-' && typeof children[0] === 'string')
      ? []
      : [{ label, children }],
  )[0];
}

/**
 * Cuts labels and tags that do not begin with `-` before the first `-`, `=`, `|` or `##` after their first character, and
 * before a `*` between letters: NP-SBJ-1, NP=2 and NP*SUB become NP, NN##case=nom## of SPMRL's treebanks NN; ADVP|PRT, an
 * annotator's doubt, becomes the first of the two; -LRB-, -NONE- and $*LRB* stay.
 */
export function stripFunctions(tree: Tree): Tree {
  return mapTree(tree, ({ label, children }) => ({ label: stripLabel(label), children }));
}

function stripLabel(label: string): string {
  return label.startsWith('-')
    ? label
    : label.replace(/(?:(?<=.)(?:[-=|]|##)|(?<=\p{L})\*(?=\p{L})).*$/su, '');
}

/** Replaces a constituent by its only child where both have the same label. */
export function dropRepeats(tree: Tree): Tree {
  return mapTree(tree, (node) => {
    const only = onlyConstituent(node);
    return only?.label === node.label ? only : node;
  });
}

/**
 * Joins a chain of constituents with one child each into one, with the label S+VP for S over VP; a `+` or `\` inside
 * a label is written `\+`, `\\`, so that restoreUnary can take every chain apart. Tags take no part.
 */
export function collapseUnary(tree: Tree): Tree {
  return mapTree(tree, (node) => {
    if (isPreterminal(node)) return node;
    const label = node.label.replace(/[\\+]/g, '\\$&');
    const only = onlyConstituent(node);
    return only
      ? { label: `${label}+${only.label}`, children: only.children }
      : { label, children: node.children };
  });
}

/** Takes joined labels apart: the inverse of collapseUnary. */
export function restoreUnary(tree: Tree): Tree {
  return mapTree(tree, (node) => (isPreterminal(node) ? node : buildChain(node.label, node.children)));
}

/** The chain of constituents that a joined label stands for, over `children`. */
export function buildChain(label: string, children: readonly (Tree | string)[]): Tree {
  const [last, ...above] = splitChain(label).reverse();
  return above.reduce<Tree>((tree, name) => ({ label: name, children: [tree] }), { label: last!, children });
}

/** The labels of a joined label, the uppermost first. */
export function splitChain(label: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < label.length; i++) {
    if (label[i] === '+') {
      parts.push(part);
      part = '';
    } else part += label[i] === '\\' && i + 1 < label.length ? label[++i]! : label[i]!;
  }
  parts.push(part);
  return parts;
}

function onlyConstituent({ children }: Tree): Tree | undefined {
  const [child] = children;
  return children.length === 1 && typeof child === 'object' && !isPreterminal(child) ? child : undefined;
}

/** The steps that a config may name. To add one: its function and a name here. */
export const normalizationSteps = {
  stripTop,
  addTop,
  dropTraces,
  stripFunctions,
  dropRepeats,
  collapseUnary,
  restoreUnary,
} satisfies Record<string, NormalizationStep>;

export type NormalizationName = keyof typeof normalizationSteps;
export const normalizationNames = Object.keys(normalizationSteps) as [
  NormalizationName,
  ...NormalizationName[],
];

/** An ordered list of steps; `none` is the empty list. The default is the usual cleaning for labelled brackets. */
export const normalizeSchema = z
  .union([z.literal('none').transform((): NormalizationName[] => []), z.array(z.enum(normalizationNames))])
  .refine((steps) => new Set(steps).size === steps.length, { error: 'a step occurs twice' })
  .default(['dropTraces', 'stripFunctions', 'stripTop', 'dropRepeats']);

/** The steps as one function of a tree. */
export function buildNormalizer(names: readonly NormalizationName[]): NormalizationStep {
  const steps: NormalizationStep[] = names.map((name) => normalizationSteps[name]);
  return (tree) => steps.reduce<Tree | undefined>((left, step) => left && step(left), tree);
}
