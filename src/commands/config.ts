// `tx config`: what a config for training comes to, as `tx train` stores it with the run.
import { printConfig } from '../config/print.ts';
import { requireFiles } from '../data/known-corpora.ts';
import { formatConfigSchema } from '../tasks/config-schema.ts';
import { filesOfConfig } from '../tasks/job.ts';
import { UsageError } from '../util/errors.ts';
import { defineCommand } from './command.ts';
import { loadTrainConfig, trainConfigOptions } from './locate.ts';

export const config = defineCommand({
  command: 'config [config]',
  describe: 'Check a config for training and print it with its includes, overrides and defaults',
  builder: (yargs) =>
    trainConfigOptions(yargs, false)
      .option('schema', {
        type: 'boolean',
        default: false,
        describe: 'Print the JSON Schema of all configs instead, for editors',
      })
      .example('$0 config quickstart', 'All settings of the first example')
      .example('$0 config my.yaml --set model.dModel=256', 'Check an override')
      .example('$0 config quickstart > my.yaml', 'A file to start from')
      .example('$0 config --schema > tx.schema.json', 'What editors complete and check configs by'),
  run: (args, { stdout }) => {
    if (args.schema) {
      if (args.config !== undefined || args.set !== undefined) {
        throw new UsageError('--schema prints the schema of all configs and takes nothing else');
      }
      stdout.write(formatConfigSchema());
      return;
    }
    if (args.config === undefined) throw new UsageError('give a config; see tx config --help');
    const { config } = loadTrainConfig(args.config, args.set ?? []);
    stdout.write(printConfig(config));
    // What the settings name must be there too, for a training to begin.
    requireFiles(filesOfConfig(config));
  },
});
