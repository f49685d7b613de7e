// What the scripts of completion ask for: candidates for a command line up to the cursor.
import { complete } from './candidates.ts';
import { readDeclarations, writeDeclarations } from './stored.ts';

/**
 * The answer to a shell: a line with `files` where names of files may stand at the cursor too, then a line for each
 * candidate, with a tab and what it is where that is known. Whatever is wrong is no matter of a person who presses a key:
 * then there is no candidate.
 */
export async function answerShell([line]: readonly string[]): Promise<string> {
  if (line === '--write') {
    await writeDeclarations();
    return '';
  }
  try {
    const { candidates, takesFiles } = await complete(line ?? '', await readDeclarations());
    const lines = candidates
      .filter(({ text }) => !/[\n\t]/.test(text))
      .map(({ text, describe }) => (describe ? `${text}\t${shorten(describe)}` : text));
    return `${[takesFiles ? 'files' : '', ...lines].join('\n')}\n`;
  } catch {
    return '';
  }
}

/** A line that fits beside a candidate. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 69).trimEnd()}…` : line;
}
