// Plain text in columns.

/** Lines of cells, two spaces between columns; those whose index is in `right` are set to the right. */
export function formatColumns(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, c) =>
    Math.max(0, ...rows.map((row) => measureWidth(row[c] ?? ''))),
  );
  const lines = rows.map((row) =>
    row
      .map((text, c) => {
        const padding = ' '.repeat(widths[c]! - measureWidth(text));
        return right.has(c) ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

// Blocks that Unicode Standard Annex 11 calls wide, roughly: East Asian scripts, full-width forms, emoji.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** The cells that a terminal gives to a text. */
export function measureWidth(text: string): number {
  let width = 0;
  for (const char of text) width += ZERO.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}
