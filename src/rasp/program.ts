// A program: its text, parsed, unfolded over the library, and what it says of itself: its tokens, and what it solves.
import type { Alphabet } from './alphabet.ts';
import { LIBRARY } from './library.ts';
import { neededFor, type Operation, type SequenceOperation } from './operations.ts';
import { parse } from './parse.ts';
import { Refusal } from './refusal.ts';
import { Scope } from './scope.ts';
import { Source } from './source.ts';
import type { Definition, Statement } from './syntax.ts';
import { Unfolder } from './unfold.ts';

export interface Program {
  readonly name: string;
  readonly source: Source;
  readonly alphabet: Alphabet;
  /** All that the result needs, each after what it is made of. */
  readonly operations: readonly Operation[];
  /** At each place the number of the token that comes next. */
  readonly result: SequenceOperation;
  /** The number of the token that ends a roll-out; without it a roll-out is one token. */
  readonly until: number | undefined;
  readonly solves: Solved | undefined;
}

/** The generator whose examples a program answers, with its options; an error about it tells the place. */
export interface Solved {
  readonly generator: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly offset: number;
}

const library = new Source('the library', LIBRARY);
let statements: readonly Statement[] | undefined;

/** The library's functions, as they are written. */
export function libraryFunctions(): { source: Source; functions: readonly Definition[] } {
  statements ??= parse(library);
  return { source: library, functions: statements.filter((one) => one.kind === 'definition') };
}

/** The program; a UserError with file, line and column for a text that is none, or that RASP-L does not allow. */
export function compile(text: string, name: string): Program {
  const source = new Source(name, text);
  const unfolder = new Unfolder(source);
  const around = new Scope(unfolder.core, library);
  for (const definition of libraryFunctions().functions) unfolder.define(definition, around);
  const scope = new Scope(around, source);
  const parsed = parse(source);
  let solves: Solved | undefined;
  let output: Pick<Program, 'result' | 'until'> | undefined;
  for (const statement of parsed) {
    if (output !== undefined) throw source.error(statement.start, 'nothing comes after return');
    switch (statement.kind) {
      case 'alphabet':
        for (const token of statement.tokens) {
          unfolder.placed(token.start, scope, () => unfolder.alphabet.declare(token));
        }
        break;
      case 'solves':
        if (solves !== undefined) throw source.error(statement.start, 'a program solves one thing');
        solves = readSolved(statement, unfolder, scope);
        break;
      case 'definition':
        unfolder.define(statement, scope);
        break;
      case 'assignment':
        unfolder.assign(statement, scope);
        break;
      case 'return':
        output = readOutput(statement, unfolder, scope);
    }
  }
  if (output === undefined) {
    throw source.error(
      text.trimEnd().length,
      'a program ends with return: the token that comes next, at each place',
    );
  }
  return {
    name,
    source,
    alphabet: unfolder.alphabet,
    operations: neededFor(unfolder.operations.tokens, output.result),
    ...output,
    solves,
  };
}

function readOutput(
  { value, until }: Statement & { kind: 'return' },
  unfolder: Unfolder,
  scope: Scope,
): Pick<Program, 'result' | 'until'> {
  const { read } = unfolder;
  const result = unfolder.take(value, scope, (meaning) => {
    const operation = read.sequence(meaning);
    if (operation.kind === 'index') throw new Refusal('an index is not a token; index_select looks one up');
    return operation;
  });
  const end = until && unfolder.take(until, scope, (meaning) => read.constant(meaning).constant);
  return { result, until: end };
}

function readSolved(
  { generator, options, start }: Statement & { kind: 'solves' },
  unfolder: Unfolder,
  scope: Scope,
): Solved {
  const entries = options.map(({ name, value }) =>
    unfolder.take(value, scope, (meaning): [string, unknown] => {
      if (name === undefined) throw new Refusal('an option has a name: order="reverse"');
      if (meaning.type === 'text') return [name, meaning.text];
      const { kind, constant } = unfolder.read.constant(meaning);
      return [name, kind === 'bool' ? constant === 1 : constant];
    }),
  );
  return { generator, options: Object.fromEntries(entries), offset: start };
}
