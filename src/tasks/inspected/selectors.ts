// The program that solves a run's made-up problems, traced on the tokens that the run's model reads.
import { compareSelectors, type SelectorsFound } from '../../inspect/selectors.ts';
import { EQUALS } from '../../rasp/generators/generator.ts';
import { buildGenerator } from '../../rasp/generators/index.ts';
import { loadProgram } from '../../rasp/load.ts';
import type { Program } from '../../rasp/program.ts';
import { findSolver } from '../../rasp/solving.ts';
import { traceProgram } from '../../rasp/trace.ts';
import { RunFolder } from '../../run/run-folder.ts';
import { UserError } from '../../util/errors.ts';
import { isFolder } from '../../util/files.ts';
import { Rng } from '../../util/rng.ts';
import { loadRunConfig } from '../config.ts';
import { Inspector } from '../inspector.ts';
import { isForeign } from '../open-encoder.ts';
import type { RaspConfig } from '../rasp.ts';
import type { InspectedModel } from './model.ts';

export interface SelectorRequest {
  text: string;
  /** A file, or the name of one that comes with the package; by default the shortest that solves the run's problems. */
  program?: string | undefined;
  threads: number;
}

/** Most tokens: a picture each for all heads and selectors. */
const MOST_TOKENS = 100;
/** Problems that a program must answer to be the run's. */
const TRIALS = 20;

/**
 * A problem, tokens between blanks. One that ends with `=` is followed by what the program writes. A UserError where the
 * run is not of made-up problems, no program solves these, or it cannot read the tokens.
 */
export async function findSelectors(
  path: string,
  model: InspectedModel,
  { text, program: name, threads }: SelectorRequest,
): Promise<SelectorsFound> {
  const config = raspConfig(path);
  const program = name === undefined ? ownProgram(path, config) : loadProgram(name);
  const given = text.split(/\s+/).filter((token) => token !== '');
  const codes = program.alphabet.encode(given);
  const room = Math.min(MOST_TOKENS, model.maxLength) - given.length;
  if (room < 0)
    throw new UserError(
      `the problem has ${given.length} tokens, more than the ${room + given.length} that are looked at; give a shorter one`,
    );
  const trace = traceProgram(program, codes, given.at(-1) === EQUALS ? room : 0);
  if (!trace.steps.some(({ kind }) => kind === 'selector'))
    throw new UserError(`${program.name}: has no selectors to show`);
  const inspector = await Inspector.over(model, { parts: [], hidden: false, threads });
  try {
    return compareSelectors(program.name, trace, await inspector.inspect({ text: trace.tokens.join(' ') }));
  } finally {
    await inspector.release();
  }
}

function raspConfig(path: string): RaspConfig {
  const config = isFolder(path) && !isForeign(path) ? loadRunConfig(RunFolder.open(path)) : undefined;
  if (config?.task === 'rasp') return config as RaspConfig;
  throw new UserError(`${path}: is no run on made-up problems (task: rasp), which programs solve`);
}

function ownProgram(path: string, { data, seed }: RaspConfig): Program {
  const generator = buildGenerator(data);
  const rng = Rng.fromSeed(seed).split('trials');
  const [least, most] = data.lengths;
  const examples = Array.from({ length: TRIALS }, () =>
    generator.draw(least + rng.int(most - least + 1), rng),
  );
  const solver = findSolver(data.generator, examples);
  if (solver !== undefined) return solver.program;
  throw new UserError(
    `${path}: no program that comes with tx solves ${data.generator} with these settings; name one with --program`,
  );
}
