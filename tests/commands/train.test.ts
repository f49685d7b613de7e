// The life of a run's folder: trainings that are killed at any moment, that meet another, that are asked to end, or
// whose disk is full. Some are processes of their own.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { decodeEvents } from '../tensorboard/decode.ts';
import { readMetrics, smallModel, Toy } from '../train/toy.ts';
import { crashAt, killedAt } from '../util/crash.ts';
import { Package, plainEnv, type Running } from './package.ts';
import { type Result, tx } from './run.ts';

const CONFIG = `
threads: 1
data:
  srcLang: en
  tgtLang: de
  train: { kind: parallel, src: valid.en, tgt: valid.de }
  valid: { kind: parallel, src: test.en, tgt: test.de }
  batchTokens: 128
tokenizers: { shared: { type: bpe, size: 60 } }
model: ${JSON.stringify({ ...smallModel, dModel: 8, dFf: 8 })}
training: { maxSteps: 1, scoreEvery: 0, selectBy: loss, average: 0, logSteps: 1 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
decode: { beamSize: 1, maxExtraLength: 2 }
evaluation: { samples: 0 }
logging: { tensorboard: true }
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

/**
 * The paths below a folder with what is in them, without what differs between two equal trainings. Event files, one a
 * session, are not among them, but whole.
 */
function contents(folder: RunFolder): string[] {
  return readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((name) => {
      const path = join(folder.path, name);
      if (name.includes('.tfevents.')) {
        expect(decodeEvents(readFileSync(path))[0]).toMatchObject({ step: 0 });
        return [];
      }
      const varies =
        /last\.safetensors$|metrics\.jsonl$|run\.json$|report\.html$|train\.(lock|log)$|\.tmp$/.test(name);
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

/** A training that goes on until it is told to end, and has stored update 1 at least. */
async function startLong(folder: RunFolder, ...more: string[]): Promise<Running> {
  const sets = ['training.maxSteps=1000000', 'training.validateSteps=1'].flatMap((set) => ['--set', set]);
  const argv = ['train', config, '--run', folder.path, ...sets, ...more];
  const running = installed.start(argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  await running.until(() => existsSync(folder.checkpoint('best')));
  return running;
}

const stored = (folder: RunFolder): number =>
  JSON.parse(loadSafetensors(folder.checkpoint('last')).metadata['tx.progress']!).step;

describe('a training that is asked to end', () => {
  it.each([
    ['SIGTERM', 143, 'a b'],
    ['SIGHUP', 129, `it's "$HOME"`],
  ] as const)(
    'by %s stores its state, exits with %i and says how to go on',
    async (name, code, folderName) => {
      const folder = new RunFolder(join(toy.dir, folderName));
      const running = await startLong(folder);
      running.process.kill(name);
      const ended = await running.ended;
      expect([ended.code, ended.stdout]).toEqual([code, '']);
      const step = stored(folder);
      const [, hint] = /\ntx: warning: interrupted; go on with: (.*)\n$/.exec(ended.stderr)!;
      const rest = [`--set training.maxSteps=${step + 1}`, '--quiet'];
      const command = [hint, ...rest].join(' ');
      const resumed = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: plainEnv });
      expect([resumed.status, resumed.stderr, stored(folder)]).toEqual([0, '', step + 1]);
      expect(existsSync(folder.lock)).toBe(false);
    },
  );

  it('goes on where nobody reads what it tells', async () => {
    const folder = freshFolder();
    const running = installed.start(['train', config, '--run', folder.path], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.process.stderr!.destroy();
    expect(await running.ended).toMatchObject({ code: 0, stdout: `\nrun: ${folder.path}\n` });
  });
});

describe('a training beside a live one', () => {
  it('is refused, and the live one goes on; others may read', async () => {
    const folder = freshFolder();
    const running = await startLong(folder);
    const said = `tx: ${folder.lock}: process ${running.process.pid} has been at work here since `;
    for (const how of ['--resume', '--overwrite']) {
      const { code, stderr } = await trainIn(folder, how);
      expect([how, code, stderr]).toEqual([how, 1, expect.stringContaining(said)]);
      expect(stderr.split('\n')).toHaveLength(2);
    }
    expect(await tx(['translate', folder.path], { stdin: 'A man.\n' })).toMatchObject({
      code: 0,
      stderr: '',
    });
    running.process.kill('SIGKILL');
    await running.ended;
    // One step more than was done: the lines of updates that are lost are not there twice.
    const last = stored(folder) + 1;
    expect((await trainIn(folder, '--resume', '--set', `training.maxSteps=${last}`)).code).toBe(0);
    const steps = readMetrics(folder).flatMap((event) =>
      'step' in event && event.event === 'step' ? [event.step] : [],
    );
    expect(steps).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  });
});

describe('a failure of the file system is one line that names the file', () => {
  const nobody = 65534;
  const isRoot = process.getuid?.() === 0;

  it('--run below a file', async () => {
    const { code, stderr } = await trainIn(new RunFolder(join(config, 'x')));
    expect([code, stderr]).toEqual([1, `tx: ${config}: exists and is not a directory\n`]);
  });

  it.runIf(process.platform === 'linux')('a folder as standard input', async () => {
    const stdin = openSync(toy.dir, 'r');
    const { ended } = installed.start(['tree', '-'], { stdio: [stdin, 'pipe', 'pipe'] });
    expect(await ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'tx: standard input: is a directory\n',
    });
    closeSync(stdin);
  });

  it.runIf(process.platform === 'linux')('--overwrite in a folder that may not be written', async () => {
    const folder = freshFolder();
    await trainIn(folder);
    const before = contents(folder);
    for (const path of [toy.dir, installed.dir]) chmodSync(path, 0o755);
    chmodSync(folder.path, 0o555);
    const argv = ['train', config, '--run', folder.path, '-q', '--overwrite'];
    const { code, stderr } = await installed.start(argv, isRoot ? { uid: nobody, gid: nobody } : {}).ended;
    expect([code, stderr]).toEqual([1, `tx: ${folder.lock}: permission denied\n`]);
    expect(contents(folder)).toEqual(before);
    chmodSync(folder.path, 0o755);
  });

  it('a folder where a file belongs', async () => {
    const folder = freshFolder();
    await trainIn(folder);
    const resume = () => trainIn(folder, '--resume', '--set', 'training.maxSteps=2');
    rmSync(folder.metrics);
    mkdirSync(folder.metrics);
    const message = 'is a directory; when that is mended, --resume goes on from update 1';
    expect(await resume()).toMatchObject({ code: 1, stderr: `tx: ${folder.metrics}: ${message}\n` });
    rmdirSync(folder.metrics);
    rmSync(folder.tokenizer('shared'));
    mkdirSync(folder.tokenizer('shared'));
    expect(await resume()).toMatchObject({
      code: 1,
      stderr: `tx: ${folder.tokenizer('shared')}: is a directory\n`,
    });
    rmdirSync(folder.tokenizer('shared'));
    const { code, stderr } = await resume();
    expect([code, stderr]).toEqual([1, `tx: ${folder.tokenizer('shared')}: no such file or directory\n`]);
  });

  /** `tx` in a shell where no file may become larger than so many bytes (about). */
  const limited = (bytes: number, argv: readonly string[]) => {
    const script = `ulimit -f ${Math.floor(bytes / 1024)}; exec "$@"`;
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', script, '-', process.execPath, installed.script, ...argv],
      {
        encoding: 'utf8',
      },
    );
    return { code: status, stderr };
  };

  it.runIf(process.platform === 'linux')('no room for a tokenizer: nothing is there', async () => {
    const [folder, other] = [freshFolder(), freshFolder()];
    const corpus = ['src', 'tgt'].flatMap((side, i) => [
      '--set',
      `data.train.${side}=${toy.dir}/train.${['en', 'de'][i]}`,
    ]);
    await trainIn(other, ...corpus, '--set', 'tokenizers.shared.size=200');
    const set = `tokenizers={shared: {type: sentencepiece, file: ${other.tokenizer('shared')}}}`;
    expect(statSync(other.tokenizer('shared')).size).toBeGreaterThan(1024);
    const argv = ['train', config, '--run', folder.path, '-q', '--set', set];
    const path = join(folder.path, '.starting', 'tokenizers', 'shared.model');
    expect(limited(1024, argv)).toEqual({
      code: 1,
      stderr: `tx: ${path}: the file would be larger than a file may be here\n`,
    });
    expect(existsSync(folder.path)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('no room for a state: the one before is still there', async () => {
    const folder = freshFolder();
    const large = ['--set', 'model.dFf=2048', '--set', 'training.validateSteps=2'];
    await trainIn(folder, ...large);
    const before = readFileSync(folder.checkpoint('last'));
    const argv = [
      'train',
      config,
      '--run',
      folder.path,
      '-q',
      '--resume',
      ...large,
      '--set',
      'training.maxSteps=2',
    ];
    const path = folder.checkpoint('last');
    expect(limited(before.length - 2048, argv)).toEqual({
      code: 1,
      stderr: `tx: ${path}: the file would be larger than a file may be here; when that is mended, --resume goes on from update 1\n`,
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(folder.path, 'checkpoints')).filter((name) => name.includes('.tmp'))).toEqual([]);
    const { code } = await trainIn(folder, '--resume', ...large, '--set', 'training.maxSteps=2');
    expect([code, stored(folder)]).toEqual([0, 2]);
  });
});
