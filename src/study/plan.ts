// What a study's grids come to: the runs to be made, each known by the hash of its config.
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { resolveConfigPath } from '../config/resolve.ts';
import { RunFolder } from '../run/run-folder.ts';
import { loadTaskConfig } from '../tasks/config.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { fileExists, listFolder } from '../util/files.ts';
import { type Claim, findClaim, onlyArm } from './claims.ts';
import { type Arm, expandGrid, type Grid, matcher } from './grid.ts';
import { findOver, type Over } from './over.ts';
import { type GridConfig, listSeeds, type StudyConfig, studySchema } from './schema.ts';

/** One training of a study. */
export interface PlannedRun {
  /** The first digits of its config's SHA-256. */
  hash: string;
  name: string;
  seed: number;
  /** The path of the base config. */
  base: string;
  /** Over that, as `--set` takes them. */
  overrides: readonly string[];
  folder: RunFolder;
}

export interface PlannedArm extends Arm {
  /** One a seed. */
  runs: readonly PlannedRun[];
}

export interface PlannedGrid extends Grid {
  arms: readonly PlannedArm[];
  config: GridConfig;
  baseline: PlannedArm | undefined;
  over: Over | undefined;
  claims: readonly Claim<PlannedArm>[];
}

export interface Plan {
  title: string;
  /** The study's own folder. */
  folder: string;
  grids: readonly PlannedGrid[];
  /** Each once, seed by seed, so that a study that is not finished has something of every arm. */
  runs: readonly PlannedRun[];
  /** What it was made of, as readSources gives it. */
  sources: string;
}

/** The study in a file, checked without what it trains. */
export const loadStudy = (path: string): StudyConfig => loadConfig(path, studySchema).value;

/**
 * The runs of the study at `path`, kept in `folder`; `set` are overrides for all of them. A UsageError for an arm whose
 * config is not valid.
 */
export function planStudy(path: string, folder: string, set: readonly string[] = []): Plan {
  const sources = readSources(path);
  const study = loadStudy(path);
  const runs = new Map<string, PlannedRun>();
  const names = listFolder(join(folder, 'runs'));
  const plan = (base: string, label: string, arm: Arm, seed: number): PlannedRun => {
    const overrides = [...[...arm.settings].map(formatOverride), `seed=${seed}`, ...set];
    const hash = hashConfig(base, overrides, arm.name);
    const known = runs.get(hash);
    if (known !== undefined) return known;
    const name = names.find((one) => one.endsWith(`.${hash}`)) ?? `${slug(label)}-seed${seed}.${hash}`;
    const run = { hash, name, seed, base, overrides, folder: new RunFolder(join(folder, 'runs', name)) };
    runs.set(hash, run);
    return run;
  };
  const grids = Object.entries(study.grids).map(([name, config]): PlannedGrid => {
    const grid = inFile(path, () => expandGrid(name, config, study.settings));
    const base = findBase(path, study, name);
    const seeds = listSeeds(config.seeds ?? study.seeds);
    const arms = grid.arms.map((arm) => {
      const label = grid.axes.length === 0 ? name : arm.name;
      return { ...arm, runs: seeds.map((seed) => plan(base, label, arm, seed)) };
    });
    return inFile(path, () => ({
      ...grid,
      arms,
      config,
      baseline: findBaseline(name, grid, config, arms),
      over: findOver(name, grid.axes, arms, config.report),
      claims: config.claims.map((claim, i) => findClaim(name, grid.axes, arms, claim, i)),
    }));
  });
  const ordered = [...runs.values()].sort((a, b) => a.seed - b.seed);
  return { title: study.title ?? '', folder, grids, runs: ordered, sources };
}

/**
 * What throws a UserError once the study at `path` asks for other runs than were planned. Planning reads a config for
 * each run, so it is done again only where the files say something else.
 */
export function checkPlan(plan: Plan, path: string, set: readonly string[] = []): () => void {
  const hashesOf = ({ runs }: Plan) => runs.map(({ hash }) => hash).join();
  let { sources } = plan;
  return () => {
    const now = readSources(path);
    if (now === sources) return;
    if (hashesOf(planStudy(path, plan.folder, set)) !== hashesOf(plan))
      throw new UserError(`${path}: what it says has changed since the study began; start it again`);
    sources = now;
  };
}

/** What the study's file and its bases say, with what they include. */
function readSources(path: string): string {
  const study = loadStudy(path);
  const bases = new Set(Object.keys(study.grids).map((grid) => findBase(path, study, grid)));
  return JSON.stringify([path, ...bases].map((file) => loadConfig(file, z.unknown()).raw));
}

/** What `make` gives; its UsageErrors name the study's file. */
function inFile<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${path}: ${error.message}`) : error;
  }
}

/** The base of a grid: relative to the study's file, or by its name among those that come with tx. */
function findBase(path: string, { base, grids }: StudyConfig, grid: string): string {
  const own = grids[grid]!.base;
  const name = (own ?? base)!;
  const beside = join(dirname(path), name);
  try {
    return fileExists(beside) ? beside : resolveConfigPath(name);
  } catch (error) {
    throw error instanceof UserError
      ? new UsageError(`${path}: ${own === undefined ? '' : `grids.${grid}.`}base: ${error.message}`)
      : error;
  }
}

function findBaseline(
  name: string,
  { axes }: Grid,
  { report: { baseline } }: GridConfig,
  arms: readonly PlannedArm[],
): PlannedArm | undefined {
  if (baseline === undefined) return undefined;
  const where = `${name}: report.baseline`;
  return onlyArm(where, arms.filter(matcher(where, axes, baseline)));
}

/** `key=value` as `--set` takes it: a value is YAML, of which JSON is a part. */
export function formatOverride([key, value]: readonly [string, unknown]): string {
  const isPlain =
    typeof value === 'string' && /^[A-Za-z][\w./-]*$/.test(value) && !/^(true|false|null)$/i.test(value);
  return `${key}=${isPlain ? value : JSON.stringify(value)}`;
}

/** Digits of a hash that tell the runs of a study apart. */
const HASH_DIGITS = 10;

/** What is trained, whatever it is called, logs and however many threads compute it; file names stay as they are written. */
export function hashConfig(base: string, overrides: readonly string[], arm: string): string {
  try {
    const {
      threads: _threads,
      name: _name,
      logging: _logging,
      ...config
    } = loadTaskConfig(base, overrides).value;
    const text = JSON.stringify(sortKeys(config));
    return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      error.message
        .split('\n')
        .map((line) => (line.startsWith(`${base}:`) ? line : `arm ${arm}: ${line.replace(/^--set /, '')}`))
        .join('\n'),
    );
  }
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** An arm's name as part of a folder's. */
const slug = (name: string): string =>
  name
    .replace(/[^\w.=-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60) || 'arm';
