// `tx train`: from a config and text to a trained, scored run.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { resolveConfigPath } from '../config/resolve.ts';
import { RunFolder } from '../run/run-folder.ts';
import { configSchema } from '../train/config.ts';
import { resolvePaths } from '../train/prepare-data.ts';
import { train, type TrainOutcome } from '../train/trainer.ts';
import { UsageError } from '../util/errors.ts';
import { defineCommand } from './command.ts';
import { TrainProgress } from './progress.ts';

export const trainCommand = defineCommand({
  command: 'train <config>',
  describe: 'Train a model as a config says: data, vocabulary, training, validation, test',
  builder: (yargs) =>
    yargs
      .positional('config', {
        type: 'string',
        demandOption: true,
        describe: 'A YAML file, or the name of one that comes with tx, such as quickstart',
      })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Override a setting: --set training.maxEpochs=3',
      })
      .option('run', { type: 'string', requiresArg: true, describe: "The run's folder [default: runs/NAME]" })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on from the last checkpoint' })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Start anew in a folder that has a run' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the outcome as JSON' })
      .example('$0 train quickstart', 'Train on the corpus that comes with tx')
      .example('$0 train my.yaml --set optimizer.type=adamw', 'Try another optimizer')
      .example('$0 train my.yaml --resume', 'Go on after an interruption'),
  run: async (args, { stdout, log, abortSignal }) => {
    const path = resolveConfigPath(args.config);
    const loaded = loadConfig(path, configSchema, { set: args.set ?? [] });
    // TX_DATA, the folder of corpora, is data/ where the command runs unless the environment says otherwise.
    const env = { ...process.env, TX_DATA: resolve(process.env.TX_DATA || 'data') };
    const config = resolvePaths(loaded.value, loaded.dir, env);
    const name = config.name ?? basename(path).replace(/\.ya?ml$/, '');
    const folder = new RunFolder(args.run ?? join('runs', name));
    checkFolder(folder, args);
    const observer = new TrainProgress(log);
    try {
      const outcome = await train(config, folder, { resume: args.resume, observer, signal: abortSignal() });
      observer.stop();
      if (outcome.interrupted) {
        log.warn(`interrupted; go on with: tx train ${args.config} --run ${folder.path} --resume`);
        return;
      }
      stdout.write(args.json ? `${JSON.stringify(summarize(outcome), null, 2)}\n` : formatOutcome(outcome));
    } finally {
      observer.stop();
    }
  },
});

function checkFolder({ path }: RunFolder, { resume, overwrite }: { resume: boolean; overwrite: boolean }): void {
  if (resume && overwrite) throw new UsageError('--resume and --overwrite exclude each other');
  const used = existsSync(path) && readdirSync(path).length > 0;
  if (used && !resume && !overwrite) {
    throw new UsageError(`${path} already has a run: give --resume to go on, --overwrite to start anew, or --run DIR`);
  }
  if (overwrite && used && !existsSync(join(path, 'config.yaml'))) {
    throw new UsageError(`${path}: not a run's folder; nothing is overwritten there`);
  }
}

function summarize({ folder, test, samples }: TrainOutcome) {
  return {
    run: folder,
    ...(test && { bleu: test.score.score, signature: test.signature, verbose_score: test.score.format() }),
    samples,
  };
}

function formatOutcome({ folder, test, samples }: TrainOutcome): string {
  const shown = samples.map(({ src, hyp, ref }) => `\n  source     ${src}\n  translated ${hyp}\n  reference  ${ref}\n`);
  const score = test === undefined ? '' : `\n${test.score.format(test.signature)}\n`;
  return `${shown.join('')}${score}\nrun: ${folder}\n`;
}
