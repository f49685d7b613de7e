// Which parameter each argument of a call is for, as in Python: first those without a name, in order.
import { suggest } from '../util/nearest.ts';
import { quote } from '../util/quote.ts';
import type { Callable, Meaning } from './meaning.ts';
import { Refusal } from './refusal.ts';

export interface Given {
  readonly name: string | undefined;
  readonly meaning: Meaning;
}

/** A meaning for each parameter; a Refusal where one is missing, given twice, or unknown. */
export function bind({ name, parameters }: Callable, given: readonly Given[]): Meaning[] {
  const names = parameters.map((parameter) => parameter.name);
  const bound = new Map<string, Meaning>();
  let isNamed = false;
  for (const [i, argument] of given.entries()) {
    if (argument.name === undefined && isNamed) {
      throw new Refusal('an argument without a name comes before those with one');
    }
    isNamed ||= argument.name !== undefined;
    const parameter = argument.name ?? names[i];
    if (parameter === undefined) {
      const takes = names.length === 0 ? 'no arguments' : names.join(', ');
      throw new Refusal(`${name} takes ${takes}, and is given ${given.length} arguments`);
    }
    if (!names.includes(parameter)) {
      throw new Refusal(`${name} has no parameter ${quote(parameter)}; ${suggest(parameter, names)}`);
    }
    if (bound.has(parameter)) throw new Refusal(`${name} is given ${parameter} twice`);
    bound.set(parameter, argument.meaning);
  }
  return parameters.map((parameter) => {
    const meaning = bound.get(parameter.name) ?? parameter.byDefault;
    if (meaning === undefined) throw new Refusal(`${name} is not given ${parameter.name}`);
    return meaning;
  });
}
