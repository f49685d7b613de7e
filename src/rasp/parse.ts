// A program's statements. Where Weiss et al. 2021 (arXiv 2106.06981) and np-rasp agree the language is theirs: def with
// braces, semicolons, select(k, q, ==), x if c else y, comments after #. lambda and named arguments are Python's.
import { ExpressionParser } from './parse-expression.ts';
import type { Source } from './source.ts';
import type { Argument, Assignment, Definition, Parameter, Statement, TokenDeclaration } from './syntax.ts';

/** Statements in their order; a UserError with file, line and column where the text is not a program. */
export function parse(source: Source): Statement[] {
  const words = new ExpressionParser(source);
  const statements: Statement[] = [];
  while (words.next.kind !== 'end') statements.push(readStatement(words));
  return statements;
}

function readStatement(words: ExpressionParser): Statement {
  if (words.is('def')) return readDefinition(words);
  const { start, kind, text } = words.next;
  const statement = ((): Statement => {
    if (words.skip('return')) {
      const value = words.expression();
      const isEnded = words.next.kind === 'name' && words.next.text === 'until';
      if (isEnded) words.take();
      return {
        kind: 'return',
        value,
        until: isEnded ? words.expression() : undefined,
        start,
        end: words.end,
      };
    }
    const isPlain = kind === 'name' && !words.is('=', 1);
    if (isPlain && text === 'alphabet') return readAlphabet(words);
    if (isPlain && text === 'solves') return readSolves(words);
    return readAssignment(words);
  })();
  words.expect(';', 'at the end of the statement');
  return statement;
}

function readAssignment(words: ExpressionParser): Assignment {
  const { start, text: name } = words.word(
    'name',
    'a statement: name = value, def, return, alphabet or solves',
  );
  words.expect('=', `after ${name}`);
  const value = words.expression();
  return { kind: 'assignment', name, value, start, end: words.end };
}

function readDefinition(words: ExpressionParser): Definition {
  const { start } = words.take();
  const { text: name } = words.word('name', 'the name of the function');
  words.expect('(', `after ${name}`);
  const parameters: Parameter[] = [];
  while (!words.skip(')')) {
    if (parameters.length > 0) words.expect(',', 'or ")" after a parameter');
    const parameter = words.word('name', 'the name of a parameter').text;
    parameters.push({ name: parameter, byDefault: words.skip('=') ? words.expression() : undefined });
  }
  words.expect('{', `before what ${name} does`);
  const body: Assignment[] = [];
  while (!words.is('return')) {
    if (words.is('}')) words.fail(`return: what ${name} gives`);
    body.push(readAssignment(words));
    words.expect(';', 'at the end of the statement');
  }
  words.take();
  const result = words.expression();
  words.expect(';', 'at the end of the statement');
  words.expect('}', `to close ${name}: return comes last`);
  return { kind: 'definition', name, parameters, body, result, start, end: words.end };
}

function readAlphabet(words: ExpressionParser): Statement {
  const { start } = words.take();
  const tokens: TokenDeclaration[] = [];
  do {
    tokens.push(readToken(words));
  } while (words.skip(','));
  return { kind: 'alphabet', tokens, start, end: words.end };
}

function readToken(words: ExpressionParser): TokenDeclaration {
  const { start, text } = words.word('text', 'a token in quotes');
  words.expect('=', 'between a token and its number');
  const sign = words.skip('-') ? -1 : 1;
  const code = sign * Number(words.word('number', 'a whole number').text);
  const step = words.skip('+') ? 1 : words.skip('-') ? -1 : undefined;
  if (step !== undefined) words.expect('*', 'which stands for the numbers in the place of the star');
  return { text, code, step, start, end: words.end };
}

function readSolves(words: ExpressionParser): Statement {
  const { start } = words.take();
  // `and` is one too.
  const { text: generator } =
    words.next.kind === 'keyword' ? words.take() : words.word('name', 'the name of a generator');
  const options: Argument[] = words.skip('(') ? words.arguments() : [];
  return { kind: 'solves', generator, options, start, end: words.end };
}
