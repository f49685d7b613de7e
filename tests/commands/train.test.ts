// The life of a run's folder: trainings that are killed at any moment, that meet another, that are asked to end, or
// whose disk is full. Some are processes of their own.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { smallModel, Toy } from '../train/toy.ts';
import { crashAt, killedAt } from '../util/crash.ts';
import { Package } from './package.ts';
import { type Result, tx } from './run.ts';

const CONFIG = `
threads: 1
data:
  srcLang: en
  tgtLang: de
  train: { src: valid.en, tgt: valid.de }
  valid: { src: test.en, tgt: test.de }
  batchTokens: 128
vocabulary: { size: 60 }
model: ${JSON.stringify({ ...smallModel, dModel: 8, dFf: 8 })}
training: { maxSteps: 1, scoreEvery: 0, selectBy: loss, average: 0, logSteps: 1 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
decode: { beamSize: 1, maxExtraLength: 2 }
evaluation: { samples: 0 }
`;

let toy: Toy;
let installed: Package;
let config: string;
let runs = 0;

beforeAll(() => {
  toy = new Toy();
  installed = new Package();
  config = toy.write('toy.yaml', CONFIG);
}, 120_000);
afterAll(() => {
  toy.remove();
  installed.remove();
});

const freshFolder = () => new RunFolder(join(toy.dir, `life-${++runs}`));

const trainIn = (folder: RunFolder, ...more: string[]): Promise<Result> =>
  tx(['train', config, '--run', folder.path, '-q', ...more]);

/** The paths below a folder with what is in them, without what differs between two equal trainings. */
function contents(folder: RunFolder): string[] {
  return readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder.path, name);
      const varies = /last\.safetensors$|metrics\.jsonl$|train\.lock|\.tmp$/.test(name);
      return `${name} ${statSync(path).isFile() && !varies ? readFileSync(path, 'base64') : ''}`;
    });
}

/** A process's number that is no longer in use. */
const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

/** As if the process of this test, which holds the lock, had ended. */
function endHolder({ lock }: RunFolder): void {
  if (!existsSync(lock)) return;
  const text = readFileSync(lock, 'utf8');
  if (text !== '')
    writeFileSync(lock, JSON.stringify({ ...JSON.parse(text), pid: deadPid(), process: null }));
}

/** The numbers of the changes, and the folder after a crash before each; equal folders are given once. */
async function* crashes(
  before: RunFolder | undefined,
  ...more: string[]
): AsyncGenerator<[number, RunFolder]> {
  const seen = new Set<string>();
  for (let n = 1; ; n++) {
    const folder = freshFolder();
    if (before !== undefined) cpSync(before.path, folder.path, { recursive: true });
    const happened = await crashAt(n, () => trainIn(folder, ...more));
    if (!happened) return;
    endHolder(folder);
    const all = existsSync(folder.path) ? contents(folder) : [];
    // What a run in the making already has makes no difference.
    const state = all.filter((line) => !line.startsWith(join('.starting', '/'))).join('\n');
    if (!seen.has(state)) yield [n, folder];
    seen.add(state);
  }
}

async function inCopy(folder: RunFolder, ...more: string[]): Promise<Result & { left: string[] }> {
  const copy = freshFolder();
  if (existsSync(folder.path)) cpSync(folder.path, copy.path, { recursive: true });
  const result = await trainIn(copy, ...more);
  const left = existsSync(copy.path) ? contents(copy) : [];
  rmSync(copy.path, { recursive: true, force: true });
  return { ...result, stderr: result.stderr.replaceAll(copy.path, 'RUN'), left };
}

/** What each of the three ways on makes of the folder. */
const goOn = async (folder: RunFolder) => ({
  start: await inCopy(folder),
  overwrite: await inCopy(folder, '--overwrite'),
  resume: await inCopy(folder, '--resume'),
});

describe('a start that is killed at any moment leaves a folder for each of start, --overwrite and --resume', () => {
  it('where there was none', async () => {
    const whole = freshFolder();
    expect(await trainIn(whole)).toMatchObject({ code: 0, stderr: '' });
    const kinds = new Set<string>();
    for await (const [n, folder] of crashes(undefined)) {
      const { start, overwrite, resume } = await goOn(folder);
      expect([n, overwrite.code, overwrite.stderr, overwrite.left]).toEqual([n, 0, '', contents(whole)]);
      if (start.code === 0) {
        kinds.add('none');
        expect([n, start.left]).toEqual([n, contents(whole)]);
        const message = 'RUN: has no run to resume; leave --resume out to start one';
        expect([n, resume.code, resume.stderr]).toEqual([n, 2, `tx: ${message}\n`]);
      } else {
        kinds.add('run');
        expect([n, start.stderr]).toEqual([n, expect.stringContaining('already has a run')]);
        expect([n, resume.code, resume.stderr, resume.left]).toEqual([n, 0, '', contents(whole)]);
      }
    }
    expect([...kinds]).toEqual(['none', 'run']);
  }, 300_000);

  it('where one is overwritten, which is whole until the new one is', async () => {
    const [old, whole] = [freshFolder(), freshFolder()];
    const wider = ['--set', 'model.dFf=16'];
    await trainIn(old);
    await trainIn(whole, ...wider);
    const owners: string[] = [];
    for await (const [n, folder] of crashes(old, '--overwrite', ...wider)) {
      expect([n, (await inCopy(folder)).stderr]).toEqual([n, expect.stringContaining('already has a run')]);
      const overwrite = await inCopy(folder, '--overwrite', ...wider);
      expect([n, overwrite.code, overwrite.left]).toEqual([n, 0, contents(whole)]);
      const [resumed, resumedWider] = [
        await inCopy(folder, '--resume'),
        await inCopy(folder, '--resume', ...wider),
      ];
      expect([n, resumed.code + resumedWider.code]).toEqual([n, 2]);
      expect([resumed, resumedWider].map(({ stderr }) => stderr).join('')).toContain(
        'cannot resume: the run has model.dFf',
      );
      owners.push(resumed.code === 0 ? 'old' : 'new');
      expect((resumed.code === 0 ? resumed : resumedWider).left).toEqual(
        contents(resumed.code === 0 ? old : whole),
      );
    }
    expect([...new Set(owners)]).toEqual(['old', 'new']);
    expect(owners.indexOf('new')).toBeGreaterThan(owners.lastIndexOf('old'));
  }, 300_000);

  it('as a process of its own', async () => {
    for (const n of [1, 4, 12, 40]) {
      const folder = freshFolder();
      const argv = ['train', config, '--run', folder.path, '-q'];
      const { signal } = await installed.start(argv, { node: killedAt(n) }).ended;
      expect([n, signal]).toEqual([n, 'SIGKILL']);
      expect([n, (await trainIn(folder, '--overwrite')).code]).toEqual([n, 0]);
    }
  }, 120_000);
});
