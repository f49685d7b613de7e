// `tx train` in a process of its own. It tells how far it is over a channel; when the channel closes, since this process
// has ended however that came about, it stores its state and ends too (util/parent.ts).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutLauncher } from '../runtime/mpi/launcher.ts';
import { packageRoot } from '../util/package.ts';
import { CHANNEL } from '../util/parent.ts';

/** Where a training is; see TrainObserver. */
export const tickSchema = z.object({
  step: z.number(),
  totalSteps: z.number().optional(),
  secondsLeft: z.number().optional(),
  loss: z.number().nullish(),
});
export type Tick = z.output<typeof tickSchema>;

export interface Ended {
  /** The exit code; null where a signal ended it. */
  code: number | null;
  /** The last that it told, without the program's name. */
  reason: string;
}

/** Characters of what a training told that are kept for the reason of a failure. */
const KEPT = 4000;

/**
 * Runs `tx` with these words. An aborted signal asks the process to end after its update. It has a process group of its
 * own: what a terminal sends comes to this process, which passes it on once. Where a launcher has started this process
 * as one of several, the training is none of them.
 */
export function trainRun(
  words: readonly string[],
  signal: AbortSignal,
  onTick: (tick: Tick) => void,
): Promise<Ended> {
  const script = join(packageRoot, 'bin', 'tx.js');
  const child = spawn(process.execPath, [script, ...words], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    env: { ...withoutLauncher(process.env), [CHANNEL]: '1' },
  });
  let told = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-KEPT);
  });
  child.on('message', (message) => {
    const { data } = tickSchema.safeParse(message);
    if (data !== undefined) onTick(data);
  });
  const stop = () => child.kill('SIGTERM');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return new Promise((resolve) => {
    const end = (code: number | null, reason: string) => {
      signal.removeEventListener('abort', stop);
      resolve({ code, reason });
    };
    child.on('error', (error) => end(1, error.message));
    child.on('close', (code, name) => {
      const last = told
        .trimEnd()
        .split('\n')
        .findLast((line) => line.startsWith('tx: '));
      const unsaid = name === null ? `ended with code ${code}` : `was ended by ${name}`;
      end(code, last?.replace(/^tx: /, '') ?? unsaid);
    });
  });
}
