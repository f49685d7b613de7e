// Text made fit for where it is shown: no character that steers a terminal or breaks XML; its width in columns.

// Controls, halves of surrogate pairs, noncharacters (XML 1.0 §2.2), and the marks that reorder what follows
// (UAX #9: embeddings, overrides, isolates).
const UNFIT = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu;

/** The text with U+FFFD for each character that cannot be shown. */
export function printable(text: string): string {
  return text.replace(UNFIT, '\ufffd');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML or HTML, within an element or a quoted attribute. */
export function escapeXml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

// East Asian Width W and F (UAX #11), by script where a script is wide as a whole, and what is drawn as emoji,
// by itself or after U+FE0F.
const WIDE =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Yi}\p{sc=Tangut}\u2329\u232a\u2ff0-\u303e\u3099-\u33ff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]|\ufe0f/u;
// What is narrow of those scripts: half-width forms, two tone marks, vowels and finals of Hangul by themselves.
const NARROW = /^[\u02ea\u02eb\u1160-\u11ff\ud7b0-\ud7ff\uff61-\uffdc]/;
const ZERO = /^[\p{M}\p{Default_Ignorable_Code_Point}]+$/u;

/** Columns that printable text takes in a terminal. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) && !NARROW.test(grapheme) ? 2 : 1;
}
