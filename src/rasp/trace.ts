// A program at work, step by step: what each of its operations makes at every place of a prompt and of what follows it.
import { UserError } from '../util/errors.ts';
import type { Operation } from './operations.ts';
import type { Program } from './program.ts';
import { rollOut } from './run.ts';
import type { Scalar } from './scalar.ts';

export interface Trace {
  /** Of the prompt and of what was added. */
  readonly tokens: readonly string[];
  readonly promptLength: number;
  readonly isEnded: boolean;
  /** In the order in which they are computed. */
  readonly steps: readonly Step[];
}

export type Step = StepHead & (SequenceStep | SelectorStep);

interface StepHead {
  /** Its name in the program, or the expression that it stands for. */
  readonly label: string;
  /** Whether it has a name of its own. */
  readonly isNamed: boolean;
  /** The functions that it is computed in, from the program inwards. */
  readonly within: readonly string[];
  readonly op: string;
}

export interface SequenceStep {
  readonly kind: 'value' | 'bool' | 'index';
  readonly values: readonly number[];
  /** The same as they are shown: values that are the numbers of tokens of the trace, as those. */
  readonly shown: readonly string[];
}

export interface SelectorStep {
  readonly kind: 'selector';
  readonly keys: string;
  readonly queries: string;
  /** Of k and q: `k > q`. */
  readonly predicate: string;
  /** The places that each place looks at. */
  readonly rows: readonly (readonly number[])[];
}

/** Most tokens of a trace: more than a page shows. */
const MAX_TRACED = 200;

/** The prompt, of at least one token, and up to `most` tokens that follow; UserErrors as for rollOut. */
export function traceProgram(program: Program, prompt: readonly number[], most: number): Trace {
  const room = MAX_TRACED - prompt.length;
  if (room < 0) throw new UserError(`a trace shows at most ${MAX_TRACED} tokens, not ${prompt.length}`);
  const rows = new Map<Operation, number[][]>();
  const { added, isEnded, evaluation } = rollOut(
    program,
    prompt,
    Math.min(most, room),
    (operation, { starts, places }) => {
      const own = rows.get(operation) ?? [];
      for (let r = 0; r + 1 < starts.length; r++) own.push([...places.subarray(starts[r]!, starts[r + 1]!)]);
      rows.set(operation, own);
    },
  );
  const { alphabet } = program;
  const label = (operation: Operation): string => {
    if (operation.op === 'tokens') return operation.op;
    if (operation.op === 'full') return `${alphabet.decode(operation.constant)} everywhere`;
    return operation.name ?? operation.origin.text;
  };
  // A value that happens to be the number of another token is more likely a result of arithmetic.
  const codes = new Set([...prompt, ...added, ...(program.until === undefined ? [] : [program.until])]);
  const show = (value: number, kind: SequenceStep['kind']) =>
    kind === 'value' && codes.has(value) ? alphabet.decode(value) : String(value);
  return {
    tokens: [...prompt, ...added].map((code) => alphabet.decode(code)),
    promptLength: prompt.length,
    isEnded,
    steps: program.operations.map((operation): Step => {
      const { op, origin, name } = operation;
      const head = { label: label(operation), isNamed: name !== undefined, within: origin.within, op };
      if (operation.kind === 'selector') {
        const [keys, queries] = operation.inputs.map(label) as [string, string];
        const predicate = describePredicate(operation.f);
        return { ...head, kind: 'selector', keys, queries, predicate, rows: rows.get(operation) ?? [] };
      }
      const kind = operation.kind === 'literal' ? 'value' : operation.kind;
      const values = [...evaluation.valuesOf(operation)];
      return { ...head, kind, values, shown: values.map((value) => show(value, kind)) };
    }),
  };
}

/** A function of x and y as one of k and q, without the outer brackets. */
function describePredicate({ key, constant }: Scalar): string {
  if (constant !== undefined) return constant === 0 ? 'nothing' : 'everything';
  return key.replace(/^\((.*)\)$/, '$1').replace(/\b[xy]\b/g, (name) => (name === 'x' ? 'k' : 'q'));
}
