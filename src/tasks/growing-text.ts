// A text that grows token by token, told as far as it cannot change any more.

export interface GrowingTextOptions {
  toText(ids: readonly number[]): string;
  /** Texts before which it ends. */
  stop: readonly string[];
  eosId: number;
  /** Hears what is added. */
  onText?: ((text: string) => void) | undefined;
}

/** What a decoder writes where the bytes of a character are not all there. */
const INCOMPLETE = '\uFFFD';

export class GrowingText {
  readonly #options: GrowingTextOptions;
  readonly #ids: number[] = [];
  #score = 0;
  /** Without what a stop text cut off. */
  #text: string | undefined;
  #told = 0;

  constructor(options: GrowingTextOptions) {
    this.#options = options;
  }

  /** Takes a token with its log-probability; false where the text has ended. */
  take(token: number, logProb: number): boolean {
    const { eosId, stop, toText, onText } = this.#options;
    this.#score += logProb;
    if (token === eosId) return false;
    this.#ids.push(token);
    if (stop.length === 0 && onText === undefined) return true;
    const text = toText(this.#ids);
    const ends = stop.map((one) => text.indexOf(one)).filter((at) => at >= 0);
    if (ends.length > 0) {
      this.#text = text.slice(0, Math.min(...ends));
      return false;
    }
    this.#tell(text.slice(0, text.length - openEnd(text, stop)));
    return true;
  }

  /** The whole text, all of it told, and its log-probability. */
  finish(): { text: string; score: number } {
    const text = this.#text ?? this.#options.toText(this.#ids);
    this.#tell(text);
    return { text, score: this.#score };
  }

  #tell(text: string): void {
    if (text.length <= this.#told) return;
    this.#options.onText?.(text.slice(this.#told));
    this.#told = text.length;
  }
}

/** Characters at the end that may still change or be cut off: of an incomplete character, or the start of a stop text. */
function openEnd(text: string, stop: readonly string[]): number {
  let length = 0;
  while (text.at(-1 - length) === INCOMPLETE) length++;
  for (const one of stop)
    for (let n = Math.min(one.length - 1, text.length); n > length; n--)
      if (text.endsWith(one.slice(0, n))) length = n;
  return length;
}
