// `tx train`: from a config and text to a trained, scored run.
import { RunFolder } from '../run/run-folder.ts';
import type { Group } from '../runtime/group.ts';
import { buildJob } from '../tasks/job.ts';
import type { TaskConfig } from '../tasks/task.ts';
import { DivergedError } from '../train/diverged.ts';
import type { Finished } from '../train/finish.ts';
import { train } from '../train/train.ts';
import { UsageError } from '../util/errors.ts';
import { type Context, defineCommand } from './command.ts';
import { formatCommand } from './invocation.ts';
import { loadTrainConfig, trainConfigOptions } from './locate.ts';
import { TrainProgress } from './progress.ts';
import { RANK_TIMEOUT, withRanks } from './ranks.ts';

export const trainCommand = defineCommand({
  command: 'train <config>',
  describe: 'Train a model as a config says: data, tokenizers, training, validation, test',
  builder: (yargs) =>
    trainConfigOptions(yargs, true)
      .option('run', { type: 'string', requiresArg: true, describe: "The run's folder [default: runs/NAME]" })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on from the last checkpoint' })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'With --resume: go back to a checkpoint, best or one such as step-1200',
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace the run in the folder' })
      .option('rank-timeout', {
        type: 'number',
        requiresArg: true,
        default: RANK_TIMEOUT,
        describe: 'On several ranks: minutes after which one that the others wait for ends the job',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the outcome as JSON' })
      .example('$0 train quickstart', 'Train on the corpus that comes with tx')
      .example('$0 train my.yaml --set optimizer.type=adamw', 'Try another optimizer')
      .example('$0 train my.yaml --resume', 'Go on after an interruption')
      .example('mpirun -np 4 $0 train my.yaml', 'Four processes share each update (docs/cluster.md)'),
  run: (args, context) => withRanks(args.rankTimeout, context.log, (group) => trainRun(args, context, group)),
});

interface TrainArguments {
  config: string;
  set?: string[] | undefined;
  run?: string | undefined;
  resume: boolean;
  from?: string | undefined;
  overwrite: boolean;
  json: boolean;
}

async function trainRun(
  args: TrainArguments,
  { stdout, log, abortSignal }: Context,
  group: Group,
): Promise<void> {
  const { config, folder: own, origins } = loadTrainConfig(args.config, args.set ?? []);
  const folder = args.run === undefined ? own : new RunFolder(args.run);
  if (group.rank === 0) checkFolder(folder, args);
  const observer = new TrainProgress(log);
  try {
    const { resume, from } = args;
    const request = { command: formatCommand(process.argv.slice(2)), origins };
    const options = { resume, from, observer, abortSignal, request, group };
    const outcome = await train(buildJob(config), folder, options);
    observer.stop();
    if (group.rank > 0) return;
    const { finished } = outcome;
    if (finished === undefined) {
      const where = group.size === 1 ? '' : ', alone or on ranks,';
      log.warn(`interrupted; go on${where} with: ${formatCommand(resumeWords(folder, args))}`);
      return;
    }
    const { path } = folder;
    stdout.write(
      args.json ? `${JSON.stringify(summarize(path, finished), null, 2)}\n` : formatOutcome(path, finished),
    );
  } catch (error) {
    if (error instanceof DivergedError && error.checkpoint !== undefined) {
      observer.stop();
      const words = [...resumeWords(folder, args), '--from', error.checkpoint, '--set', lowerRate(config)];
      log.warn(`go back with: ${formatCommand(words)}`);
    }
    throw error;
  } finally {
    observer.stop();
  }
}

/** The run's own config has all that was given with --set, and its file names are absolute. */
const resumeWords = ({ config, path }: RunFolder, { json }: { json: boolean }) => [
  'train',
  { path: config },
  '--run',
  { path },
  '--resume',
  ...(json ? ['--json'] : []),
];

/** Half the learning rate, as `--set` takes it. */
function lowerRate({ schedule }: TaskConfig): string {
  const [key, rate] =
    schedule.type === 'noam' ? ['factor', schedule.factor] : ['learningRate', schedule.learningRate];
  return `schedule.${key}=${rate / 2}`;
}

function checkFolder(
  folder: RunFolder,
  { resume, overwrite, from }: { resume: boolean; overwrite: boolean; from?: string | undefined },
): void {
  const { path } = folder;
  if (from !== undefined && !resume) throw new UsageError('--from needs --resume');
  if (resume && overwrite) throw new UsageError('--resume and --overwrite exclude each other');
  if (resume && !folder.hasRun())
    throw new UsageError(`${path}: has no run to resume; leave --resume out to start one`);
  if (resume || !folder.isUsed()) return;
  if (!folder.hasRun()) throw new UsageError(`${path}: has files but no run; give another folder with --run`);
  if (!overwrite) {
    throw new UsageError(
      `${path} already has a run: give --resume to go on, --overwrite to start anew, or --run DIR`,
    );
  }
}

function summarize(run: string, { split, metric, evaluation, figures }: Finished) {
  const told = split === 'test' ? (evaluation?.summary ?? figures) : undefined;
  return { run, ...(told && { metric, ...told }), samples: evaluation?.samples ?? [] };
}

function formatOutcome(run: string, { split, evaluation, figures }: Finished): string {
  const shown = (evaluation?.samples ?? []).map(
    ({ src, hyp, ref }) => `\n  source     ${src}\n  translated ${hyp}\n  reference  ${ref}\n`,
  );
  const told =
    evaluation?.text ??
    Object.entries(figures)
      .map(([name, x]) => `${name} ${x.toFixed(4)}`)
      .join(' ');
  const score = split === 'test' ? `\n${told}\n` : '';
  return `${shown.join('')}${score}\nrun: ${run}\n`;
}
