// `tx export`: runs as models for other programs.
import { exportCheckpoint } from '../tasks/export-checkpoint.ts';
import { formatCount } from '../util/format.ts';
import { defineCommand } from './command.ts';
import { checkpointOption, findRun } from './locate.ts';

export const exportCommand = defineCommand({
  command: 'export <run>',
  describe: 'A run as a model for other programs',
  builder: (yargs) =>
    yargs
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: "A run's folder, or the config it was trained from",
      })
      .option('format', {
        choices: ['hf'] as const,
        demandOption: true,
        describe: "hf: an encoder for Hugging Face's transformers",
      })
      .option('output', {
        alias: ['o', 'out'],
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'The folder to make',
      })
      .option('checkpoint', checkpointOption)
      .example('$0 export runs/sst2 --format hf -o sst2-hf', 'For AutoModel.from_pretrained'),
  run: (args, { stdout, log }) => {
    const { written, left } = exportCheckpoint(findRun(args.run), args.output, args.checkpoint);
    const { kind, architecture, tensors } = written;
    log.info(`${kind}, ${architecture}: ${formatCount(tensors.size)} tensors`);
    for (const { name, reason } of left) log.warn(`not in it: ${name}: ${reason}`);
    stdout.write(`${args.output}\n`);
  },
});
