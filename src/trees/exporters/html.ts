// A self-contained page of trees: constituents are nested <details>, which fold without a script; page.ts has their style.
import { isPreterminal, walkTree } from '../tree.ts';
import { categoryOf } from './category.ts';
import { escapeXml } from './characters.ts';
import { captionOf, type Exporter, sureness, type TreeItem } from './exporter.ts';
import { pageScript, pageStyle } from './page.ts';
import { partsOf } from './parts.ts';

// Below this depth a subtree is shown in brackets: browsers give up nesting near 512 elements, three a level here.
const MAX_DEPTH = 150;

export const html: Exporter = {
  describe: 'A page with folding trees and a search box, in one file',
  endings: ['.html', '.htm'],
  *document(items, { title = 'Trees' }) {
    const name = escapeXml(title);
    yield `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">
<title>${name}</title>
<style>
${pageStyle}
</style>
</head>
<body>
<header>
<h1>${name}</h1>
<label><input type="checkbox" id="outline"> Outline</label>
<div class="tools">
<button type="button" data-open="false">Fold all</button>
<button type="button" data-open="true">Unfold all</button>
<input type="search" placeholder="Find a word or label" aria-label="Find a word or label" title="Enter: next match; /: back here">
<output aria-live="polite"></output>
</div>
</header>
<main>
`;
    for (const item of items) yield section(item);
    yield `</main>
<script>
${pageScript}
</script>
</body>
</html>
`;
  },
};

function section(item: TreeItem): string {
  const { words } = partsOf(item.tree);
  const id = `tree-${item.index}${item.rank === undefined ? '' : `-${item.rank}`}`;
  const caption = escapeXml(captionOf(item));
  const sentence = escapeXml(item.source ?? words.join(' '));
  return `<section id="${id}">
<h2><a href="#${id}">${caption}</a><span>${sentence}</span></h2>
<div class="canvas">${drawing(item, words)}</div>
</section>
`;
}

function drawing(item: TreeItem, words: readonly string[]): string {
  const parts: string[] = [];
  // For each open constituent the part that waits for its words, and the first of them.
  const open: { part: number; start: number }[] = [];
  let at = 0;
  walkTree(
    item.tree,
    (node, depth) => {
      const word = isPreterminal(node) ? escapeXml(node.children[0]) : undefined;
      const label = escapeXml(node.label);
      if (depth > MAX_DEPTH) {
        parts.push(depth === MAX_DEPTH + 1 ? '<div class="n"><span class="x">' : ' ', `(${label}`);
        if (word !== undefined) parts.push(` ${word}`);
      } else if (word !== undefined) {
        parts.push(`<div class="n ${categoryOf(node.label)}"><span class="t">${label}</span>`);
        parts.push(`<span class="w">${word}</span>`);
      } else {
        open.push({ part: parts.push('') - 1, start: at });
      }
      if (word !== undefined) at++;
    },
    (node, depth) => {
      if (depth > MAX_DEPTH) {
        parts.push(depth === MAX_DEPTH + 1 ? ')</span></div>' : ')');
      } else if (isPreterminal(node)) {
        parts.push('</div>');
      } else {
        const { part, start } = open.pop()!;
        const summary = `<summary data-words="${escapeXml(excerpt(words, start, at))}">${escapeXml(node.label || '•')}${sureness(item, node)}`;
        parts[part] =
          `<div class="n ${categoryOf(node.label)}"><details open>${summary}</summary><div class="k">`;
        parts.push('</div></details></div>');
      }
    },
  );
  return parts.join('');
}

/** What a folded constituent shows: its words, or the first and the last of many. */
function excerpt(words: readonly string[], start: number, end: number): string {
  if (end - start <= 7) return words.slice(start, end).join(' ');
  return `${words.slice(start, start + 4).join(' ')} … ${words.slice(end - 2, end).join(' ')}`;
}
