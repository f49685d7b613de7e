// A run in a row of a table: how it stands, its figures, its settings. Made of what is in its folder, damaged or not.
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { UserError } from '../util/errors.ts';
import { isHeld } from '../util/lock-file.ts';
import { type RunEvent, readEvents, readProvenance, type SessionRecord } from './records.ts';
import type { RunFolder } from './run-folder.ts';
import { flattenSettings, isPlace } from './settings.ts';

/** `killed`: its last training ended without a word. `damaged`: its config cannot be read. */
export const runStates = ['running', 'finished', 'interrupted', 'failed', 'killed', 'damaged'] as const;
export type RunState = (typeof runStates)[number];

export interface RunSummary {
  path: string;
  state: RunState;
  task: string | undefined;
  /** The last update that metrics.jsonl tells of. */
  steps: number;
  /** Of training, interruptions left out. */
  seconds: number;
  /** When its first training started, in ISO 8601. */
  started: string | undefined;
  /** The least loss on the validation set. */
  loss: number | undefined;
  /** The figure that the task is known by: of the test set, or else the validation set, at the end, or the best so far. */
  metric: string | undefined;
  score: number | undefined;
  /** `test`, or `valid`. */
  set: string | undefined;
  /** By path, as YAML has them. */
  settings: Readonly<Record<string, string>>;
}

/**
 * The run in a folder; `events` are those of its metrics.jsonl where they have been read, and `isRunning` says whether
 * a training is at work there, by default as the folder's lock tells.
 */
export function summarizeRun(
  folder: RunFolder,
  known: { events?: readonly RunEvent[]; isRunning?: boolean | undefined } = {},
): RunSummary {
  const sessions = readProvenance(folder)?.sessions ?? [];
  const { events = readEvents(folder), isRunning = isHeld(folder.lock) } = known;
  const settings = readSettings(folder);
  const validations = events.filter(({ event }) => event === 'validation');
  const results = events.filter(({ event }) => event === 'result');
  const result = results.findLast(({ set }) => set === 'test') ?? results.at(-1);
  const scored = validations.filter(({ score }) => score !== undefined);
  const best = scored.findLast(({ best }) => best) ?? scored.at(-1);
  const shown = result ?? (best && { ...best, set: 'valid' });
  return {
    path: folder.path,
    state: stateOf(settings !== undefined, isRunning, sessions, () => result !== undefined),
    task: settings === undefined ? undefined : (settings.task ?? 'translation'),
    steps: events.reduce((most, { step = 0 }) => Math.max(most, step), 0),
    seconds: events.reduce((most, { seconds = 0 }) => Math.max(most, seconds), 0),
    started: sessions[0]?.started,
    loss: leastLoss(validations),
    metric: shown?.metric,
    score: shown?.score,
    set: shown?.set,
    settings: settings ?? {},
  };
}

/** The settings that are not the same in all runs. */
export function differingSettings(runs: readonly RunSummary[]): string[] {
  const sound = runs.filter(({ state }) => state !== 'damaged');
  const keys = [...new Set(sound.flatMap(({ settings }) => Object.keys(settings)))];
  return keys.filter((key) => !isPlace(key) && new Set(sound.map(({ settings }) => settings[key])).size > 1);
}

/** How the run in a folder stands, without its metrics where run.json says it. */
export const readState = (folder: RunFolder): RunState =>
  stateOf(
    readSettings(folder) !== undefined,
    isHeld(folder.lock),
    readProvenance(folder)?.sessions ?? [],
    () => readEvents(folder).some(({ event }) => event === 'result'),
  );

function stateOf(
  isSound: boolean,
  isRunning: boolean,
  sessions: readonly SessionRecord[],
  hasResult: () => boolean,
): RunState {
  if (!isSound) return 'damaged';
  if (isRunning) return 'running';
  const last = sessions.at(-1)?.ending;
  if (last === undefined) return hasResult() ? 'finished' : 'interrupted';
  return last === 'running' ? 'killed' : last;
}

function leastLoss(validations: readonly RunEvent[]): number | undefined {
  const least = validations.reduce((so, { loss = Infinity }) => Math.min(so, loss), Infinity);
  return Number.isFinite(least) ? least : undefined;
}

/** The settings, flat; undefined where the config cannot be read. */
function readSettings({ config }: RunFolder): Record<string, string> | undefined {
  try {
    const settings = flattenSettings(loadConfig(config, z.record(z.string(), z.unknown())).value);
    return Object.fromEntries(
      settings.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
