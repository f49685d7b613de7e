// `tx study`: many trainings over settings and seeds, and what they tell together.
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { formatColumns } from '../report/columns.ts';
import { checkPlan, type Plan, type PlannedRun, planStudy } from '../study/plan.ts';
import { readResults } from '../study/results.ts';
import { saveReport } from '../study/save-report.ts';
import { chooseShard, parseShard, type Shard } from '../study/shard.ts';
import { formatStudyText } from '../study/text.ts';
import { forgetFailure, readFailure, stateOf, trainAll } from '../study/trainings.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { ensureDir } from '../util/files.ts';
import { plural } from '../util/format.ts';
import { LockFile } from '../util/lock-file.ts';
import { type Context, defineCommand } from './command.ts';
import { findConfig } from './locate.ts';
import { terminalWidth } from './output.ts';
import { StudyProgress } from './study-progress.ts';

export const studyCommand = defineCommand({
  command: 'study <study>',
  describe: 'Train a config over settings and seeds, as a study says, and report on all runs together',
  builder: (yargs) =>
    yargs
      .positional('study', {
        type: 'string',
        demandOption: true,
        describe: 'A YAML file, or the name of a study that comes with tx',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: "The study's folder [default: studies/NAME]",
      })
      .option('jobs', { type: 'number', default: 1, describe: 'Trainings at a time' })
      .option('threads', {
        type: 'number',
        requiresArg: true,
        describe: 'Threads of each training [default: the cores, shared among the jobs]',
      })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Override a setting of all runs: --set training.maxSteps=20',
      })
      .option('shard', {
        type: 'string',
        requiresArg: true,
        describe:
          "Only a part of the runs, on one of several machines: 2/8 is the second of eight; auto is that of a task of Slurm's job array, or of mpirun or srun",
      })
      .option('retry', { type: 'boolean', default: false, describe: 'Try runs again that have failed' })
      .option('list', { type: 'boolean', describe: 'List the runs and how they stand' })
      .option('report', { type: 'boolean', describe: 'Report on the runs that are there' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the results as JSON' })
      .conflicts('list', 'report')
      .example('$0 study dropout.yaml', 'Train what is missing, then report')
      .example('$0 study dropout.yaml --jobs 2 --threads 1', 'Two trainings at a time')
      .example('$0 study dropout.yaml --list', 'What there is to do')
      .example('$0 study dropout.yaml --shard 1/2 --out /mnt/shared/dropout', 'The first half of the runs')
      .example('srun $0 study dropout.yaml --shard auto', 'On many machines (docs/cluster.md)'),
  run: async (args, context) => {
    const { stdout, log } = context;
    const path = findConfig(args.study, 'study');
    const folder = args.out ?? join('studies', basename(path).replace(/\.ya?ml$/, ''));
    const jobs = readCount('jobs', args.jobs);
    const threads = readCount(
      'threads',
      args.threads ?? Math.max(1, Math.floor(availableParallelism() / jobs)),
    );
    const plan = planStudy(path, folder, args.set);
    const shard = args.shard === undefined ? undefined : parseShard(args.shard, process.env);
    const runs = shard === undefined ? plan.runs : chooseShard(plan.runs, shard);
    if (args.list) {
      stdout.write(args.json ? toJson(runs.map(describeRun)) : formatList(runs));
      return;
    }
    if (!args.report) await work(plan, path, runs, { ...args, shard, jobs, threads }, context);
    if (context.abortSignal().aborted) {
      log.warn('interrupted; the same command goes on');
      return;
    }
    const results = readResults(plan);
    const into = saveReport(folder, results);
    stdout.write(
      args.json ? toJson(results) : `${formatStudyText(results, terminalWidth(stdout))}\nreport: ${into}\n`,
    );
    const failed = runs.filter((run) => stateOf(run) === 'failed');
    if (failed.length > 0) {
      const names = failed.map((run) => `${run.name}: ${readFailure(run)}`);
      throw new UserError(
        `${plural(failed.length, 'run')} of ${runs.length} failed; --retry tries again\n${names.join('\n')}`,
      );
    }
  },
});

interface WorkOptions {
  jobs: number;
  threads: number;
  shard: Shard | undefined;
  retry: boolean;
  set?: string[] | undefined;
}

async function work(
  plan: Plan,
  path: string,
  runs: readonly PlannedRun[],
  { jobs, threads, shard, retry, set = [] }: WorkOptions,
  { log, abortSignal }: Context,
): Promise<void> {
  ensureDir(join(plan.folder, 'runs'));
  const part = shard === undefined ? '' : `-${shard.part}-of-${shard.of}`;
  const lock = LockFile.take(join(plan.folder, `study${part}.lock`));
  const progress = new StudyProgress(log, runs, jobs);
  try {
    if (retry) for (const run of runs) forgetFailure(run);
    const check = checkPlan(plan, path, set);
    const signal = abortSignal();
    await trainAll(runs, { jobs, threads, signal, observer: progress, check });
    progress.stop();
    log.info(progress.summary());
  } finally {
    progress.stop();
    lock.release();
  }
}

function readCount(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`--${name} is a whole number from 1 on; found ${value}`);
  return value;
}

const describeRun = (run: PlannedRun) => {
  const state = stateOf(run);
  return {
    name: run.name,
    state,
    ...(state === 'failed' && { reason: readFailure(run) }),
    run: run.folder.path,
    overrides: run.overrides,
  };
};

const formatList = (runs: readonly PlannedRun[]): string =>
  formatColumns(
    [['run', 'state', 'settings'], ...runs.map((run) => [run.name, stateOf(run), run.overrides.join(' ')])],
    new Set(),
  );

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
