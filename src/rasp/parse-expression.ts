// Expressions of a program, by precedence as in Python: lambda, x if c else y, or, and, not, comparison, + -, * // %, -x, f(x).
import { quote } from '../util/quote.ts';
import { readWords, type Word, type WordKind } from './lexer.ts';
import type { Source } from './source.ts';
import { type Argument, type Expression, OPERATORS, type Operator, type Parameter } from './syntax.ts';

/** Deepest nesting of expressions. */
const MAX_DEPTH = 100;
const COMPARISON = 2;

type Bare<E extends Expression = Expression> = E extends Expression
  ? Omit<E, 'depth' | 'start' | 'end'>
  : never;

/** Reads words one after another; statements are read in parse.ts. */
export class ExpressionParser {
  readonly source: Source;
  readonly #words: readonly Word[];
  #at = 0;
  #nested = 0;

  constructor(source: Source) {
    this.source = source;
    this.#words = readWords(source);
  }

  get next(): Word {
    return this.#words[this.#at]!;
  }

  /** Where the word before the next one ends. */
  get end(): number {
    return this.#words[this.#at - 1]?.end ?? 0;
  }

  take(): Word {
    const word = this.next;
    if (word.kind !== 'end') this.#at++;
    return word;
  }

  /** Whether the next word, or that in `ahead` words, is this mark or keyword. */
  is(text: string, ahead = 0): boolean {
    const word = this.#words[Math.min(this.#at + ahead, this.#words.length - 1)]!;
    return word.text === text && (word.kind === 'mark' || word.kind === 'keyword');
  }

  /** Takes the mark or keyword if it is the next word. */
  skip(text: string): boolean {
    const found = this.is(text);
    if (found) this.#at++;
    return found;
  }

  expect(text: string, where: string): void {
    if (!this.skip(text)) this.fail(`${quote(text)} ${where}`);
  }

  /** A word of a kind; `what` is expected. */
  word(kind: WordKind, what: string): Word {
    if (this.next.kind !== kind) this.fail(what);
    return this.take();
  }

  /** Refuses the next word: `wanted` was expected. */
  fail(wanted: string): never {
    const { kind, text, start } = this.next;
    const found = kind === 'end' ? 'the end of the program' : quote(text);
    throw this.source.error(start, `expected ${wanted}, found ${found}`);
  }

  expression(): Expression {
    return this.#nest(() => {
      const { start } = this.next;
      if (this.skip('lambda')) {
        const parameters: Parameter[] = [];
        do {
          parameters.push({ name: this.word('name', 'a name after lambda').text, byDefault: undefined });
        } while (this.skip(','));
        this.expect(':', 'after the names of lambda');
        return this.#node(start, { kind: 'lambda', parameters, body: this.expression() });
      }
      const yes = this.#binary(0);
      if (!this.skip('if')) return yes;
      const condition = this.#binary(0);
      this.expect('else', 'after the condition of if');
      return this.#node(start, { kind: 'choice', condition, yes, no: this.expression() });
    });
  }

  /** name=value, or a value, or an operator in the place of a function. */
  argument(): Argument {
    const isNamed = this.next.kind === 'name' && this.is('=', 1);
    const name = isNamed ? this.take().text : undefined;
    if (isNamed) this.take();
    return { name, value: this.#argumentValue() };
  }

  /** Between brackets, the first of which has been taken. */
  arguments(): Argument[] {
    const given: Argument[] = [];
    while (!this.skip(')')) {
      if (given.length > 0) this.expect(',', 'or ")" after an argument');
      given.push(this.argument());
    }
    return given;
  }

  #argumentValue(): Expression {
    const { start, text } = this.next;
    if (isOperator(text) && (this.is(',', 1) || this.is(')', 1)) && this.is(text)) {
      this.take();
      return this.#node(start, { kind: 'operator', operator: text });
    }
    return this.expression();
  }

  #binary(level: number): Expression {
    const operators: readonly string[] | undefined = OPERATORS[level];
    if (operators === undefined) return this.#unary();
    if (level === COMPARISON && this.is('not')) return this.#not();
    const { start } = this.next;
    let left = this.#binary(level + 1);
    for (let count = 1; operators.some((one) => this.is(one)); count++) {
      if (level === COMPARISON && count > 1) this.fail('and between two comparisons: a < b and b < c');
      const operator = this.take().text as Operator;
      const right = this.#binary(level + 1);
      left = this.#node(start, { kind: 'binary', operator, left, right });
    }
    return left;
  }

  #not(): Expression {
    return this.#nest(() => {
      const { start } = this.take();
      return this.#node(start, { kind: 'unary', operator: 'not', operand: this.#binary(COMPARISON) });
    });
  }

  #unary(): Expression {
    const { start } = this.next;
    if (!this.is('-')) return this.#call();
    return this.#nest(() => {
      this.take();
      return this.#node(start, { kind: 'unary', operator: '-', operand: this.#unary() });
    });
  }

  #call(): Expression {
    const { start } = this.next;
    let callee = this.#atom();
    while (this.skip('(')) callee = this.#node(start, { kind: 'call', callee, given: this.arguments() });
    return callee;
  }

  #atom(): Expression {
    const { kind, text, start } = this.next;
    if (this.skip('(')) {
      const inner = this.expression();
      this.expect(')', 'to close the bracket');
      return inner;
    }
    if (this.skip('True') || this.skip('False')) {
      return this.#node(start, { kind: 'truth', value: text === 'True' });
    }
    if (kind === 'number') {
      this.take();
      return this.#node(start, { kind, value: Number(text) });
    }
    if (kind === 'text') {
      this.take();
      return this.#node(start, { kind, text });
    }
    return this.#node(start, { kind: 'name', name: this.word('name', 'a value').text });
  }

  #nest(read: () => Expression): Expression {
    if (++this.#nested > MAX_DEPTH) throw this.#tooDeep(this.next.start);
    const node = read();
    this.#nested--;
    return node;
  }

  #node(start: number, bare: Bare): Expression {
    const depth = 1 + Math.max(0, ...partsOf(bare).map((part) => part.depth));
    if (depth > MAX_DEPTH) throw this.#tooDeep(start);
    return { ...bare, start, end: this.end, depth } as Expression;
  }

  #tooDeep(start: number): Error {
    return this.source.error(start, `nested more than ${MAX_DEPTH} deep; give parts a name`);
  }
}

const isOperator = (text: string): text is Operator => OPERATORS.flat().some((one) => one === text);

function partsOf(node: Bare): readonly Expression[] {
  switch (node.kind) {
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'choice':
      return [node.condition, node.yes, node.no];
    case 'lambda':
      return [node.body];
    case 'call':
      return [node.callee, ...node.given.map(({ value }) => value)];
    default:
      return [];
  }
}
