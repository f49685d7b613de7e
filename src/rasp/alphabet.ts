// Tokens as a program takes them: numbers stand for themselves, other tokens for the numbers that `alphabet` gives them.
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { bounded, MAX_VALUE, Refusal } from './refusal.ts';
import type { TokenDeclaration } from './syntax.ts';

const NUMBER = /^-?\d+$/;
/** A family's name: what stands before and behind the numbers of its tokens. */
const FAMILY = /^([^*]*)\*([^*]*)$/;

interface Family {
  readonly declared: TokenDeclaration & { step: 1 | -1 };
  readonly prefix: string;
  readonly suffix: string;
}

export class Alphabet {
  readonly #codes = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  readonly #families: Family[] = [];

  /** Adds a token or a family; a Refusal where it would be taken for another. */
  declare(token: TokenDeclaration): void {
    const { text, code, step } = token;
    if (text === '' || /\s/.test(text)) throw new Refusal('a token has no blanks, and is not empty');
    if (NUMBER.test(text)) throw new Refusal(`the token ${quote(text)} stands for itself`);
    bounded(code);
    if (this.codeOf(text) !== undefined) throw new Refusal(`the token ${quote(text)} has a number already`);
    if (step === undefined) {
      const other = this.#textOf(code);
      if (other !== undefined) throw new Refusal(`${code} is the number of the token ${quote(other)}`);
      this.#codes.set(text, code);
      this.#texts.set(code, text);
      return;
    }
    const [, prefix, suffix] = FAMILY.exec(text) ?? [];
    if (prefix === undefined || suffix === undefined || prefix + suffix === '') {
      throw new Refusal('a family of tokens has one star in its name, and not that alone');
    }
    const family = { declared: { ...token, step }, prefix, suffix };
    if (/^-?\*$/.test(shapeOf(text))) throw new Refusal(`the tokens of ${quote(text)} stand for themselves`);
    const taken = [...this.#codes].find(([, one]) => numberIn(family, one) !== undefined);
    if (taken !== undefined) throw new Refusal(`the number of ${quote(taken[0])} is one of the family too`);
    const alike = [...this.#codes.keys(), ...this.#families.map(({ declared }) => declared.text)].find(
      (other) => shapeOf(other) === shapeOf(text),
    );
    if (alike !== undefined) throw new Refusal(`${quote(alike)} looks like a token of the family`);
    const overlaps = this.#families.some(
      ({ declared }) =>
        declared.step === step || (declared.step > 0 ? declared.code <= code : declared.code >= code),
    );
    if (overlaps) throw new Refusal('the numbers of two families overlap');
    this.#families.push(family);
  }

  /** The number of a token that has been declared. */
  codeOf(text: string): number | undefined {
    const single = this.#codes.get(text);
    if (single !== undefined) return single;
    for (const { declared, prefix, suffix } of this.#families) {
      const inner = text.slice(prefix.length, text.length - suffix.length);
      if (text !== prefix + inner + suffix || !/^(0|[1-9]\d{0,4})$/.test(inner)) continue;
      const code = declared.code + declared.step * Number(inner);
      if (Math.abs(code) <= MAX_VALUE) return code;
    }
    return undefined;
  }

  /** The numbers of tokens as they are typed; a UserError for one that is unknown. */
  encode(texts: readonly string[]): number[] {
    return texts.map((text, i) => {
      const refuse = (why: string) => new UserError(`token ${i + 1}, ${quote(text)}: ${why}`);
      const code = this.codeOf(text);
      if (code !== undefined) return code;
      if (!NUMBER.test(text)) throw refuse(`the program has no such token; it has ${this.describe()}`);
      const number = Number(text);
      if (Math.abs(number) > MAX_VALUE) throw refuse(`numbers go from −${MAX_VALUE} to ${MAX_VALUE}`);
      const other = this.#textOf(number);
      if (other !== undefined) throw refuse(`is the number of the token ${quote(other)}; write that`);
      return number;
    });
  }

  /** The token of a number. */
  decode(code: number): string {
    return this.#textOf(code) ?? String(code);
  }

  /** The tokens in words: `numbers, =, h0, h1, …`. */
  describe(): string {
    const families = this.#families.map(
      ({ prefix, suffix }) => `${prefix}0${suffix}, ${prefix}1${suffix}, …`,
    );
    return ['numbers', ...this.#codes.keys(), ...families].join(', ');
  }

  #textOf(code: number): string | undefined {
    const single = this.#texts.get(code);
    if (single !== undefined) return single;
    for (const family of this.#families) {
      const number = numberIn(family, code);
      if (number !== undefined) return family.prefix + number + family.suffix;
    }
    return undefined;
  }
}

/** A token, or a family, with a star for numbers: those of one shape may be mistaken for one another. */
const shapeOf = (text: string): string => text.replace(/[\d*]+/g, '*');

/** What stands in the place of the star for a code of the family. */
function numberIn({ declared: { code: first, step } }: Family, code: number): number | undefined {
  const number = step * (code - first);
  return number >= 0 ? number : undefined;
}
