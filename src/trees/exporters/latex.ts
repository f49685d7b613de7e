// LaTeX with the packages forest and tikz-qtree: pictures to \input, or a document with a page for each.
import { isPreterminal, walkTree } from '../tree.ts';
import { printable } from './characters.ts';
import { captionOf, type Exporter, type ExportOptions, hasCaption, type TreeItem } from './exporter.ts';
import { indent } from './parts.ts';

export const forest: Exporter = {
  describe: 'LaTeX with the package forest',
  endings: ['.tex'],
  document: latex(['\\usepackage[linguistics]{forest}', '\\standaloneenv{forest}'], (item) =>
    [
      '\\begin{forest}',
      '  where n children=0{tier=word, font=\\itshape}{}',
      nested(
        item,
        (label) => `[{${label}}`,
        (word) => `[{${word}}]`,
      ),
      '\\end{forest}',
    ].join('\n'),
  ),
};

export const tikzQtree: Exporter = {
  describe: 'LaTeX with the package tikz-qtree',
  endings: [],
  document: latex(['\\usepackage{tikz-qtree}'], (item) =>
    [
      `\\begin{tikzpicture}[level distance=${LEVEL}pt${frontier(item)}, every leaf node/.style={font=\\itshape}]`,
      '  \\Tree',
      nested(
        item,
        (label) => `[.{${label}}`,
        (word) => `{${word}}`,
        ' ',
      ),
      '\\end{tikzpicture}',
    ].join('\n'),
  ),
};

const LEVEL = 30;
// TeX's longest length.
const MAX_POINTS = 16383;

/** Words on one line, at the deepest word's distance from the root. */
function frontier({ tree }: TreeItem): string {
  let deepest = 0;
  walkTree(tree, (_node, depth) => {
    deepest = Math.max(deepest, depth);
  });
  const distance = (deepest + 1) * LEVEL;
  return distance > MAX_POINTS ? '' : `, frontier/.style={distance from root=${distance}pt}`;
}

function latex(preamble: readonly string[], picture: (item: TreeItem) => string): Exporter['document'] {
  return function* (items, { standalone = true }: ExportOptions) {
    if (standalone) {
      yield `${[
        '% Any TeX compiles it. Scripts beyond Latin need lualatex or xelatex, and a font that has them:',
        '% \\setmainfont{Noto Serif CJK SC}',
        '\\documentclass[tikz,multi,border=6pt]{standalone}',
        '\\usepackage{iftex}',
        '\\ifPDFTeX\\usepackage[T1]{fontenc}\\else\\usepackage{fontspec}\\fi',
        ...preamble,
        '\\begin{document}',
      ].join('\n')}\n`;
    }
    for (const item of items) {
      if (hasCaption(item)) yield `% ${captionOf(item)}\n`;
      yield `${picture(item)}\n`;
    }
    if (standalone) yield '\\end{document}\n';
  };
}

/** The tree in square brackets, a line for each constituent or tag. */
function nested(
  { tree }: TreeItem,
  open: (label: string) => string,
  leaf: (word: string) => string,
  beforeClose = '',
): string {
  let text = '';
  walkTree(
    tree,
    (node, depth) => {
      text += `${text === '' ? '' : '\n'}${indent(depth + 1)}${open(escapeLatex(node.label))}`;
      if (isPreterminal(node)) text += ` ${leaf(escapeLatex(node.children[0]))}`;
    },
    () => {
      text += `${beforeClose}]`;
    },
  );
  return text;
}

const COMMANDS: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
};

/** Text as TeX prints it. Quotes and dashes stay: a treebank's `` and -- are what TeX means by them too. */
function escapeLatex(text: string): string {
  return printable(text).replace(
    /[\\^~<>|"]|[{}$&#_%]/g,
    (character) => COMMANDS[character] ?? `\\${character}`,
  );
}
