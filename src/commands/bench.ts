// `tx bench`: how fast this machine trains.
import { loadConfig } from '../config/load.ts';
import { type BenchResult, benchTraining } from '../train/bench.ts';
import { benchSchemaFor } from '../train/bench-workloads.ts';
import { formatBytes } from '../util/format.ts';
import { defineCommand } from './command.ts';
import { findConfig } from './locate.ts';
import { TaskBar } from './progress.ts';

export const bench = defineCommand({
  command: 'bench <what>',
  describe: 'Measure speed: whole training steps on made-up batches',
  builder: (yargs) =>
    yargs
      .positional('what', { choices: ['train'] as const, demandOption: true, describe: 'What to measure' })
      .option('config', {
        type: 'string',
        default: 'bench/tiny',
        requiresArg: true,
        describe: 'A benchmark config, or the name of one that comes with tx',
      })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Override a setting: --set steps=50',
      })
      .option('profile', { type: 'boolean', default: false, describe: 'Also show the time by operator' })
      .option('json', { type: 'boolean', default: false, describe: 'Print one JSON object' })
      .example('$0 bench train', 'The tiny model')
      .example('$0 bench train --config bench/base --json', 'The base model, for scripts')
      .example('$0 bench train --config bench/lm-256', 'A language model')
      .example('$0 bench train --profile', 'Where the time goes'),
  run: async (args, { stdout, log }) => {
    const config = loadConfig(findConfig(args.config, 'benchmark'), benchSchemaFor, {
      set: args.set ?? [],
    }).value;
    const bar = new TaskBar(log);
    const onStep = (done: number, total: number) => bar.update('steps', done, total);
    try {
      const result = await benchTraining(config, { profile: args.profile, onStep });
      stdout.write(args.json ? `${JSON.stringify(result)}\n` : formatResult(result));
    } finally {
      bar.stop();
    }
  },
});

function formatResult(result: BenchResult): string {
  const { batch, masks, session, update } = result.parts;
  const ms = (x: number) => `${x.toFixed(1)} ms`;
  const rows: [string, string][] = [
    ['target tokens a second', Math.round(result.targetTokensPerSecond).toLocaleString('en-US')],
    ['step (median)', ms(result.msPerStep)],
    ['  batch assembly', ms(batch)],
    ['  dropout masks', ms(masks)],
    ['  forward and backward', ms(session)],
    ['  clipping and update', ms(update)],
    ['GFLOP/s of the step', result.gflops.toFixed(0)],
    ['GFLOP/s of a large product', result.gemmGflops.toFixed(0)],
    ['peak memory', formatBytes(result.peakRssBytes)],
    ['parameters', result.parameters.toLocaleString('en-US')],
    ['steps measured', String(result.steps)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
  const operators = (result.operators ?? []).slice(0, 20).map(({ operator, milliseconds, calls }) => {
    const share = ((100 * milliseconds) / result.parts.session).toFixed(1);
    return `  ${operator.padEnd(24)}${milliseconds.toFixed(2).padStart(9)} ms ${share.padStart(5)}% ${String(Math.round(calls)).padStart(5)} calls\n`;
  });
  return table + (operators.length > 0 ? `\ntime a step by operator\n${operators.join('')}` : '');
}
