// `tx config`: what a config for training comes to, as `tx train` stores it with the run.
import { printConfig } from '../config/print.ts';
import { defineCommand } from './command.ts';
import { loadTrainConfig } from './locate.ts';

export const config = defineCommand({
  command: 'config <config>',
  describe: 'Check a config for training and print it with its includes, overrides and defaults',
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
      .example('$0 config quickstart', 'All settings of the first example')
      .example('$0 config my.yaml --set model.dModel=256', 'Check an override')
      .example('$0 config quickstart > my.yaml', 'A file to start from'),
  run: (args, { stdout }) => {
    stdout.write(printConfig(loadTrainConfig(args.config, args.set ?? []).config));
  },
});
