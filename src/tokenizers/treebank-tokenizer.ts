// Raw English text as words of the Penn Treebank: the rules of Robert MacIntyre's sed script for it (1995), and what
// the parsed trees have beyond the script: -LRB- and its like for brackets, \/ and \* for / and *, names such as AT&T,
// US$ and 62%-owned in one piece, commas and colons inside numbers, ` for opening single quotes. Typographic quotes,
// dashes and ellipses become the Treebank's. A line is one sentence: no sentence is looked for. Text that is split
// already stays as it is.

type Rule = readonly [pattern: RegExp, replacement: string];

const TYPOGRAPHIC: readonly Rule[] = [
  [/[“„‟]/g, ' `` '],
  [/”/g, "''"],
  [/[‘‚]/g, ' ` '],
  [/’/g, "'"],
  [/…/g, '...'],
  [/(?<=\S)–(?=\S)/g, '-'],
  [/[–—]/g, ' -- '],
];

/** Only the period that ends the sentence is split off; closing brackets and quotes may follow it. */
const FINAL_PERIOD = /(?<=[^.\s])\.(?=['")\]}>]*\s*$)/;
/** The one abbreviation that in the Treebank keeps its period there and gets another. */
const ENDS_IN_US = /(?<![\p{L}\p{N}.])U\.S$/u;

const QUOTE = /"/g;
const OPENS_BEFORE = /(?:^|[\s([{<`]|--)$/;

const PUNCTUATION: readonly Rule[] = [
  [/'''/g, " ' '' "],
  [/''/g, " '' "],
  [/``|`/g, ' $& '],
  [/(?<!\.)\.{4}(?!\.)/g, ' ... . '],
  [/\.{3,}/g, ' ... '],
  [/[;?!]/g, ' $& '],
  [/,(?!\d)|(?<!\d),/g, ' , '],
  // Not the colon of http://, escaped or not.
  [/:(?!\d|\\?\/)|(?<!\d):(?!\\?\/)/g, ' : '],
  [/[@&](?![\p{L}\p{N}])|(?<![\p{L}\p{N}])[@&]/gu, ' $& '],
  [/(?<!\p{L})#/gu, ' # '],
  [/(?<=\p{L})\$(?=\S)/gu, '$$ '],
  [/(?<!\p{L})\$/gu, ' $$ '],
  [/%(?!-\p{L})/gu, ' % '],
  [/-{2,}/g, ' -- '],
  [/\(/g, ' -LRB- '],
  [/\)/g, ' -RRB- '],
  [/\[/g, ' -LSB- '],
  [/\]/g, ' -RSB- '],
  [/\{/g, ' -LCB- '],
  [/\}/g, ' -RCB- '],
  [/[<>]/g, ' $& '],
];

/** Words that are two, by the length of the first. */
const JOINED: ReadonlyMap<string, number> = new Map([
  ['cannot', 3],
  ["d'ye", 2],
  ['gimme', 3],
  ['gonna', 3],
  ['gotta', 3],
  ['lemme', 3],
  ["more'n", 4],
  ["'tis", 2],
  ["'twas", 2],
  ['wanna', 3],
]);

/** Words whose apostrophe stands for letters, not for a quote: before them, and after them. */
const CLIPPED_BEFORE = new Set(
  's m d ll re ve t n em cause bout round til till tis twas twere twill tween cept neath nuff cuz'.split(' '),
);
const CLIPPED_AFTER = new Set(["d'", "o'", "ol'", "'n'"]);

const LEADING_QUOTE = /^'(\p{L}+)/u;
const ENDING = /^(.+?)('s|'m|'d|'ll|'re|'ve|(?<=\p{L})n't)$/isu;
const LAST_APOSTROPHE = /^(.*[^'])'$/su;

/** The words of one sentence, as trees hold them: none is empty, none holds white space or a bracket. */
export function treebankTokenize(line: string): string[] {
  let text = splitPeriod(applyRules(line.trim(), TYPOGRAPHIC));
  if (text.includes('"')) text = turnQuotes(text);
  return applyRules(text, PUNCTUATION)
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap(splitWord)
    .map((word) => word.replace(/(?<!\\)[/*]/g, '\\$&'));
}

function applyRules(text: string, rules: readonly Rule[]): string {
  return rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), text);
}

function splitPeriod(text: string): string {
  const at = text.search(FINAL_PERIOD);
  if (at < 0) return text;
  const before = text.slice(0, at);
  return `${before}${ENDS_IN_US.test(before) ? '.' : ''} .${text.slice(at + 1)}`;
}

/** A quote opens at the beginning of a word and closes elsewhere; one that stands alone does what the last did not. */
function turnQuotes(text: string): string {
  let isOpen = false;
  return text.replace(QUOTE, (_, at: number) => {
    const begins = OPENS_BEFORE.test(text.slice(Math.max(0, at - 2), at));
    const isAlone = begins && /^(?:\s|$)/.test(text.slice(at + 1, at + 2));
    isOpen = isAlone ? !isOpen : begins;
    return isOpen ? ' `` ' : " '' ";
  });
}

/** Contractions, possessives and single quotes of what white space and punctuation have left. */
function splitWord(word: string): string[] {
  const split = JOINED.get(word.toLowerCase());
  if (split !== undefined) return [word.slice(0, split), word.slice(split)];
  const leading = LEADING_QUOTE.exec(word);
  if (leading && !CLIPPED_BEFORE.has(leading[1]!.toLowerCase())) return ['`', ...splitWord(word.slice(1))];
  if (CLIPPED_AFTER.has(word.toLowerCase())) return [word];
  const stem = LAST_APOSTROPHE.exec(word)?.[1];
  if (stem !== undefined) return [...splitWord(stem), "'"];
  const ending = ENDING.exec(word);
  return ending ? [...splitWord(ending[1]!), ending[2]!] : [word];
}
