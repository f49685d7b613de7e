// Expressions to operations: functions are unfolded where they are called, so that what is left is one list of core
// operations, and types are known of all of them. What RASP-L forbids is refused here, where the program says it.
import { suggest } from '../util/nearest.ts';
import { quote } from '../util/quote.ts';
import { Alphabet } from './alphabet.ts';
import { bind } from './bind.ts';
import { builtins, type Workplace } from './builtins.ts';
import { binaryMeaning, unaryMeaning } from './elementwise.ts';
import {
  type Callable,
  type CallableParameter,
  type Meaning,
  numberMeaning,
  Reader,
  sequenceMeaning,
  truthMeaning,
} from './meaning.ts';
import { Operations, type Origin } from './operations.ts';
import { bounded, Refusal } from './refusal.ts';
import { choice } from './scalar.ts';
import { Scope } from './scope.ts';
import type { Source } from './source.ts';
import type { Assignment, Definition, Expression, Operator, Parameter } from './syntax.ts';

/** Most expressions that are looked at, each as often as the functions around it are called. */
const MAX_STEPS = 100_000;
/** Deepest nesting of expressions and calls. */
const MAX_NESTED = 400;

const NOT_HERE: Readonly<Record<string, string>> = {
  length: 'the length of the sequence is known at its end alone, and RASP-L is causal',
  aggregate: 'RASP-L has aggr_mean, aggr_max and aggr',
  selector_width: 'in RASP-L it is sel_width',
  tokens_int: 'in RASP-L it is tokens',
  tokens_str: 'in RASP-L it is tokens',
};

export class Unfolder {
  readonly alphabet = new Alphabet();
  readonly operations = new Operations();
  readonly read = new Reader(
    this.operations,
    (text) => this.alphabet.codeOf(text),
    () => this.#origin(),
  );
  /** The core; the library and then the program define theirs within it. */
  readonly core = new Scope(undefined, undefined, { tokens: sequenceMeaning(this.operations.tokens) });
  /** The program that errors tell places of; of any other text they tell what was called. */
  readonly #program: Source;
  /** Calls that are under way, and where the program makes them. */
  readonly #calls: { callable: Callable; offset: number; isOwn: boolean }[] = [];
  #site: { expression: Expression; source: Source } | undefined;
  #offset = 0;
  #steps = 0;
  #nested = 0;

  constructor(program: Source) {
    this.#program = program;
    for (const [name, { parameters, unfold }] of Object.entries(builtins)) {
      const call = (given: readonly Meaning[]) => unfold(this.#place(), given);
      this.core.set(name, { type: 'function', function: { name, parameters, call } });
    }
  }

  assign({ name, value, start }: Assignment, scope: Scope): void {
    const meaning = this.meaningOf(value, scope);
    this.placed(start, scope, () => scope.define(name, meaning));
    this.#claim(meaning, value, scope, name);
  }

  define({ name, parameters, body, result, start }: Definition, scope: Scope): void {
    const known = this.placed(start, scope, () => this.#parametersOf(parameters, scope));
    const call = (given: readonly Meaning[]): Meaning => {
      const inner = new Scope(scope, scope.source);
      known.forEach((parameter, i) => {
        inner.set(parameter.name, given[i]!);
      });
      for (const assignment of body) this.assign(assignment, inner);
      return this.meaningOf(result, inner);
    };
    const callable = { name, parameters: known, call };
    this.placed(start, scope, () => scope.define(name, { type: 'function', function: callable }));
  }

  /** What an expression means; an error tells where the program says what is refused. */
  meaningOf(expression: Expression, scope: Scope): Meaning {
    return this.take(expression, scope, (meaning) => meaning);
  }

  /** What is made of that meaning; what is refused of it has the expression's place. */
  take<T>(expression: Expression, scope: Scope, use: (meaning: Meaning) => T): T {
    const [site, offset] = [this.#site, this.#offset];
    this.#site = { expression, source: scope.source! };
    if (scope.source === this.#program) this.#offset = expression.start;
    this.#nested++;
    try {
      return this.placed(expression.start, scope, () => {
        if (++this.#steps > MAX_STEPS) {
          throw new Refusal(`the program unfolds to more than ${MAX_STEPS} expressions`);
        }
        if (this.#nested > MAX_NESTED) throw new Refusal(`calls nest more than ${MAX_NESTED} deep`);
        const meaning = this.#evaluate(expression, scope);
        if (expression.kind === 'call' || expression.kind === 'choice')
          this.#claim(meaning, expression, scope);
        return use(meaning);
      });
    } finally {
      this.#nested--;
      [this.#site, this.#offset] = [site, offset];
    }
  }

  #evaluate(expression: Expression, scope: Scope): Meaning {
    const inner = (part: Expression) => this.meaningOf(part, scope);
    switch (expression.kind) {
      case 'number':
        return numberMeaning(bounded(expression.value));
      case 'truth':
        return truthMeaning(expression.value);
      case 'text':
        return { type: 'text', text: expression.text };
      case 'name':
        return this.#lookUp(expression.name, scope);
      case 'operator':
        return { type: 'function', function: this.#operatorFunction(expression.operator) };
      case 'unary':
        return unaryMeaning(this.#place(), expression.operator, inner(expression.operand));
      case 'binary': {
        const [left, right] = [inner(expression.left), inner(expression.right)];
        return binaryMeaning(this.#place(), expression.operator, left, right);
      }
      case 'choice': {
        const parts = [expression.condition, expression.yes, expression.no].map(inner);
        const scalars = parts.map((part) => this.read.resolve(part));
        const [condition, yes, no] = scalars.map((part) => part.type === 'scalar' && part.scalar);
        if (condition && yes && no) return { type: 'scalar', scalar: choice(condition, yes, no) };
        return this.#call(this.read.callable(this.#lookUp('where', scope)), parts, scope);
      }
      case 'lambda':
        return { type: 'function', function: this.#lambda(expression, scope) };
      case 'call': {
        const callee = inner(expression.callee);
        const callable = this.read.callable(callee);
        const given = expression.given.map(({ name, value }) => ({ name, meaning: inner(value) }));
        return this.#call(callable, bind(callable, given), scope);
      }
    }
  }

  #lookUp(name: string, scope: Scope): Meaning {
    const found = scope.get(name);
    if (found !== undefined) return found;
    if (Object.hasOwn(NOT_HERE, name)) throw new Refusal(`there is no ${name} here: ${NOT_HERE[name]}`);
    throw new Refusal(`${quote(name)} is not defined above; ${suggest(name, scope.names())}`);
  }

  #call(callable: Callable, given: readonly Meaning[], scope: Scope): Meaning {
    if (Object.hasOwn(builtins, callable.name)) return callable.call(given);
    if (this.#calls.some((call) => call.callable === callable)) throw new Refusal(recursion(callable.name));
    const isOwn = scope.source === this.#program;
    this.#calls.push({ callable, offset: this.#offset, isOwn });
    try {
      return callable.call(given);
    } catch (error) {
      // Who called a function of the library is told of it, not of a place in its text.
      throw error instanceof Refusal && isOwn ? new Refusal(`in ${callable.name}: ${error.message}`) : error;
    } finally {
      this.#calls.pop();
    }
  }

  #lambda({ parameters, body }: Expression & { kind: 'lambda' }, scope: Scope): Callable {
    const call = (given: readonly Meaning[]) => {
      const inner = new Scope(scope, scope.source);
      for (const [i, { name }] of parameters.entries()) inner.define(name, given[i]!);
      return this.meaningOf(body, inner);
    };
    return { name: 'lambda', parameters: this.#parametersOf(parameters, scope), call };
  }

  #operatorFunction(operator: Operator): Callable {
    const parameters = ['x', 'y'].map((name) => ({ name, byDefault: undefined }));
    const call = ([x, y]: readonly Meaning[]) => binaryMeaning(this.#place(), operator, x!, y!);
    return { name: operator, parameters, call };
  }

  #parametersOf(parameters: readonly Parameter[], scope: Scope): CallableParameter[] {
    return parameters.map(({ name, byDefault }, i) => {
      if (parameters.findIndex((one) => one.name === name) < i) {
        throw new Refusal(`two parameters are called ${name}`);
      }
      return { name, byDefault: byDefault && this.meaningOf(byDefault, scope) };
    });
  }

  /** What an expression outside of a function that made something is there, tells more of it than what is inside. */
  #claim(meaning: Meaning, expression: Expression, scope: Scope, name?: string): void {
    if (meaning.type !== 'sequence' && meaning.type !== 'selector') return;
    const { operation } = meaning;
    const within = this.#within();
    if (within.length < operation.origin.within.length) {
      operation.name = undefined;
      operation.origin = { text: scope.source!.show(expression), within, offset: operation.origin.offset };
    }
    operation.name ??= name;
  }

  #place(): Workplace {
    return { operations: this.operations, read: this.read, origin: () => this.#origin() };
  }

  #origin(): Origin {
    const { expression, source } = this.#site!;
    return { text: source.show(expression), within: this.#within(), offset: this.#offset };
  }

  #within(): string[] {
    return this.#calls.map(({ callable }) => callable.name);
  }

  /** Gives a refusal its place, if the program's own text is what is refused. */
  placed<T>(offset: number, scope: Scope, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Refusal) || scope.source !== this.#program) throw error;
      const call = this.#calls.findLast(({ isOwn }) => isOwn);
      const around = call && ` (in ${call.callable.name}, called at ${this.#program.locate(call.offset)})`;
      throw this.#program.error(offset, `${error.message}${around ?? ''}`);
    }
  }
}

const recursion = (name: string): string =>
  `${name} calls itself: a program has a fixed number of operations, so RASP-L has no recursion`;
