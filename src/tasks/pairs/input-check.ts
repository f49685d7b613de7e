// Doubts about the text that is to be translated: that it is not in the form it is said to be in, or not in the
// language. Told once each, with an example.
import { formatCount } from '../../util/format.ts';

export interface InputCheckOptions {
  /** What the run's own steps make of a line. */
  prepare(line: string): string;
  /** Whether it can be what they make of one. */
  isPrepared(line: string): boolean;
  /** Ids of a prepared line. */
  encode(line: string): ArrayLike<number>;
  unkId: number;
}

/** Lines that are looked at. */
const ENOUGH = 1000;
/** Of text that is prepared, fewer lines than one in 300 look as if they were not; of raw text nearly all do. */
const MOST_UNPREPARED = 0.05;
const MOST_UNKNOWN = 0.2;
/** A name or two in a line typed by hand are no doubt. */
const LEAST_UNKNOWN = 10;

export class InputCheck {
  readonly #options: InputCheckOptions;
  readonly #isPreprocessed: boolean;
  readonly #unprepared = new Doubt();
  readonly #unknown = new Doubt();
  #lines = 0;

  /** `isPreprocessed`: whether the lines are said to be prepared already. */
  constructor(options: InputCheckOptions, isPreprocessed: boolean) {
    this.#options = options;
    this.#isPreprocessed = isPreprocessed;
  }

  /** Looks at the next lines; what there is to warn of. */
  look(lines: readonly string[]): string[] {
    const { prepare, isPrepared, encode, unkId } = this.#options;
    for (const line of lines) {
      if (++this.#lines > ENOUGH) break;
      if (line.trim() === '') continue;
      if (this.#isPreprocessed) this.#unprepared.add(line, this.#lines, isPrepared(line) ? 0 : 1, 1);
      const ids = Array.from(encode(this.#isPreprocessed ? line : prepare(line)));
      this.#unknown.add(line, this.#lines, ids.filter((id) => id === unkId).length, ids.length);
    }
    const warnings: string[] = [];
    const raw = this.#unprepared.raise(MOST_UNPREPARED);
    if (raw) {
      warnings.push(
        `the input is said to be preprocessed, but the run's own steps would change ${raw.share} of its lines: line ${raw.place}, ${quote(raw.line)}, to ${quote(prepare(raw.line))}; is it raw text?`,
      );
    }
    const foreign = this.#unknown.raise(MOST_UNKNOWN, LEAST_UNKNOWN);
    if (foreign) {
      warnings.push(
        `${foreign.share} of the input's pieces are unknown to the run's vocabulary, as in line ${foreign.place}, ${quote(foreign.line)}; is it the language and the form of text that the run was trained on?`,
      );
    }
    return warnings;
  }
}

/** How much of what was counted is doubtful, and the first line of it. */
class Doubt {
  #doubtful = 0;
  #all = 0;
  #example: { line: string; place: string } | undefined;
  #isRaised = false;

  add(line: string, number: number, doubtful: number, all: number): void {
    this.#doubtful += doubtful;
    this.#all += all;
    if (doubtful > 0) this.#example ??= { line, place: formatCount(number) };
  }

  /** The example, once, where more than the share `most` is doubtful and at least the number `least`. */
  raise(most: number, least = 1): { line: string; place: string; share: string } | undefined {
    if (this.#isRaised || this.#doubtful < least || this.#doubtful <= most * this.#all) return undefined;
    this.#isRaised = true;
    return { ...this.#example!, share: `${Math.round((100 * this.#doubtful) / this.#all)}%` };
  }
}

const LONGEST_QUOTE = 60;

function quote(line: string): string {
  const characters = [...line];
  const cut =
    characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE - 1).join('')}…` : line;
  return `"${cut}"`;
}
