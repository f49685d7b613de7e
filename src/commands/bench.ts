// `tx bench`: how fast this machine trains, and what several would bring.
import { loadConfig } from '../config/load.ts';
import { type BenchResult, benchTraining } from '../train/bench.ts';
import { benchSchemaFor } from '../train/bench-workloads.ts';
import { UsageError } from '../util/errors.ts';
import { formatBytes } from '../util/format.ts';
import { benchScale, formatScale, SCALE_OPTIONS } from './bench-scale.ts';
import { defineCommand } from './command.ts';
import { findConfig } from './locate.ts';
import { TaskBar } from './progress.ts';

export const bench = defineCommand({
  command: 'bench <what>',
  describe: 'Measure speed: whole training steps on made-up batches; what several machines would bring',
  builder: (yargs) =>
    yargs
      .positional('what', {
        choices: ['train', 'scale'] as const,
        demandOption: true,
        describe: 'What to tell',
      })
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
      .option('profile', {
        type: 'boolean',
        default: false,
        describe: 'train: also show the time by operator',
      })
      .options(SCALE_OPTIONS)
      .option('json', { type: 'boolean', default: false, describe: 'Print one JSON object' })
      .example('$0 bench train', 'The tiny model')
      .example('$0 bench train --config bench/base --json', 'The base model, for scripts')
      .example('$0 bench train --config bench/lm-256', 'A language model')
      .example('$0 bench train --profile', 'Where the time goes')
      .example('$0 bench scale --config bench/base', 'Measured here, computed for 1 to 64 machines')
      .example('$0 bench scale --config bench/base --step-ms 2200 --gbits 25', 'With figures of your own'),
  run: async (args, { stdout, log }) => {
    const config = loadConfig(findConfig(args.config, 'benchmark'), benchSchemaFor, {
      set: args.set ?? [],
    }).value;
    checkOptions(args);
    const bar = new TaskBar(log);
    const onStep = (done: number, total: number) => bar.update('steps', done, total);
    try {
      if (args.what === 'scale') {
        const scale = await benchScale(config, args, onStep);
        stdout.write(args.json ? `${JSON.stringify(scale)}\n` : formatScale(scale));
        return;
      }
      const result = await benchTraining(config, { profile: args.profile, onStep });
      stdout.write(args.json ? `${JSON.stringify(result)}\n` : formatResult(result));
    } finally {
      bar.stop();
    }
  },
});

/** A UsageError where an option is for the other of the two. */
function checkOptions(args: { what: string; profile: boolean; [option: string]: unknown }): void {
  if (args.what === 'scale' && args.profile) throw new UsageError('--profile is for tx bench train');
  const given = Object.keys(SCALE_OPTIONS).find((name) => args[name] !== undefined);
  if (args.what === 'train' && given !== undefined) throw new UsageError(`--${given} is for tx bench scale`);
  if (args.stepMs !== undefined && args.gflops !== undefined)
    throw new UsageError('--step-ms and --gflops exclude each other');
}

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
