// `tx config`: what a config for training comes to, as `tx train` stores it with the run.
import { printConfig } from '../config/print.ts';
import { requireFiles } from '../data/known-corpora.ts';
import { filesOfConfig } from '../tasks/job.ts';
import { defineCommand } from './command.ts';
import { loadTrainConfig, trainConfigOptions } from './locate.ts';

export const config = defineCommand({
  command: 'config <config>',
  describe: 'Check a config for training and print it with its includes, overrides and defaults',
  builder: (yargs) =>
    trainConfigOptions(yargs)
      .example('$0 config quickstart', 'All settings of the first example')
      .example('$0 config my.yaml --set model.dModel=256', 'Check an override')
      .example('$0 config quickstart > my.yaml', 'A file to start from'),
  run: (args, { stdout }) => {
    const { config } = loadTrainConfig(args.config, args.set ?? []);
    stdout.write(printConfig(config));
    // What the settings name must be there too, for a training to begin.
    requireFiles(filesOfConfig(config));
  },
});
