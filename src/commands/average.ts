// `tx average`: parameters of several checkpoints to one.
import { loadRunConfig } from '../tasks/config.ts';
import { tasks } from '../tasks/index.ts';
import { averageFiles, type Choice, chooseCheckpoints } from '../train/average.ts';
import { UsageError } from '../util/errors.ts';
import { plural } from '../util/format.ts';
import { defineCommand } from './command.ts';
import { formatCommand } from './invocation.ts';
import { findRun } from './locate.ts';

/** What the checkpoint is called in the run's folder. */
const NAME = 'average';

export const average = defineCommand({
  command: 'average <runs..>',
  describe: 'Average the parameters of checkpoints, of one run or of several',
  builder: (yargs) =>
    yargs
      .positional('runs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: "Runs' folders, or the configs that they were trained from",
      })
      .option('last', { type: 'number', requiresArg: true, describe: 'So many last checkpoints of each run' })
      .option('best', {
        type: 'number',
        requiresArg: true,
        describe: 'So many of each run whose validation was best',
      })
      .option('by', {
        type: 'string',
        requiresArg: true,
        describe:
          'With --best: a figure of metrics.jsonl, such as loss or score [default: training.selectBy]',
      })
      .option('output', {
        alias: ['o', 'out'],
        type: 'string',
        requiresArg: true,
        describe: `Where to write [default: the checkpoint ${NAME} of the first run]`,
      })
      .example('$0 average runs/en-de --last 5', 'As Vaswani et al. (2017) do')
      .example('$0 average runs/seed-1 runs/seed-2 --best 1 -o soup.safetensors', 'The best of two runs'),
  run: (args, { stdout, log }) => {
    const { last, best, by, output } = args;
    if ((last === undefined) === (best === undefined)) throw new UsageError('give one of --last and --best');
    if (by !== undefined && best === undefined) throw new UsageError('--by is for --best');
    const choice: Choice = last === undefined ? 'best' : 'last';
    const count = (last ?? best)!;
    if (!Number.isInteger(count) || count < 1)
      throw new UsageError(`--${choice} expects a whole number above 0, not ${count}`);
    const folders = args.runs.map((name) => findRun(name));
    const paths = folders.flatMap((folder) => {
      const figure = by ?? loadRunConfig(folder).training.selectBy;
      return chooseCheckpoints(folder, choice, count, figure);
    });
    const path = output ?? folders[0]!.checkpoint(NAME);
    averageFiles(paths, path);
    const named = output === undefined ? NAME : { path };
    const { command } = tasks[loadRunConfig(folders[0]!).task]!;
    const words = command.split(' ').slice(1);
    const use = [...words, { path: folders[0]!.path }, '--checkpoint', named];
    log.info(`${plural(paths.length, 'checkpoint')} averaged; use it with: ${formatCommand(use)}`);
    stdout.write(`${path}\n`);
  },
});
