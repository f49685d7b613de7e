// Names and what they mean, each said once: those of a function hide those of the program, these those of the library.
import { quote } from '../util/quote.ts';
import type { Meaning } from './meaning.ts';
import { Refusal } from './refusal.ts';
import type { Source } from './source.ts';

export class Scope {
  /** The text that its names are from; the core has none. */
  readonly source: Source | undefined;
  readonly #around: Scope | undefined;
  readonly #meanings: Map<string, Meaning>;

  constructor(
    around: Scope | undefined,
    source: Source | undefined,
    meanings: Readonly<Record<string, Meaning>> = {},
  ) {
    this.#around = around;
    this.source = source;
    this.#meanings = new Map(Object.entries(meanings));
  }

  set(name: string, meaning: Meaning): void {
    this.#meanings.set(name, meaning);
  }

  /** The same of a name that is new here; a Refusal where it is not. */
  define(name: string, meaning: Meaning): void {
    if (this.#meanings.has(name))
      throw new Refusal(`${quote(name)} is defined above; a name means one thing`);
    this.set(name, meaning);
  }

  get(name: string): Meaning | undefined {
    return this.#meanings.get(name) ?? this.#around?.get(name);
  }

  /** All names, the nearest first. */
  names(): string[] {
    return [...this.#meanings.keys(), ...(this.#around?.names() ?? [])];
  }
}
