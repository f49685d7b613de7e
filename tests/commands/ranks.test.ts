// Trainings on several ranks, by each MPI that is installed. Without one, most of it is skipped:
// `apt-get install openmpi-bin mpich` has both.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { readMetrics, smallModel, Toy } from '../train/toy.ts';
import { findMpis, Job, type Mpi } from './mpi.ts';
import { type Ended, Package, plainEnv } from './package.ts';

const CONFIG = `
threads: 1
data:
  srcLang: en
  tgtLang: de
  train: { kind: parallel, src: train.en, tgt: train.de }
  valid: { kind: parallel, src: valid.en, tgt: valid.de }
  batchTokens: 128
tokenizers: { shared: { type: bpe, size: 60 } }
model: ${JSON.stringify({ ...smallModel, dModel: 8, dFf: 8 })}
training: { maxSteps: 30, accumulate: 4, validateSteps: 10, scoreEvery: 0, selectBy: loss, average: 0, logSteps: 1 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
decode: { beamSize: 1, maxExtraLength: 2 }
evaluation: { samples: 0 }
`;

const mpis = findMpis();
if (mpis.length === 0)
  console.warn(
    'no MPI is installed: tests on several ranks are skipped (Debian: apt-get install openmpi-bin mpich)',
  );

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

const freshFolder = () => new RunFolder(join(toy.dir, `ranks-${++runs}`));

const start = (mpi: Mpi, ranks: number, folder: RunFolder, ...more: string[]): Job =>
  new Job(mpi, ranks, installed, ['train', config, '--run', folder.path, ...more]);

/** Lines of metrics up to now. */
const lines = ({ metrics }: RunFolder): number =>
  existsSync(metrics) ? readFileSync(metrics, 'utf8').split('\n').length - 1 : 0;

const model = (folder: RunFolder) => readFileSync(folder.checkpoint('model'));

const expectDone = ({ code, stderr }: Ended) => expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);

/** Each test starts up to a dozen processes. */
const PATIENCE = 300_000;

describe.each(mpis)('$name', { timeout: PATIENCE }, (mpi) => {
  it('two and four ranks train as one with all of their batches', async () => {
    const one = freshFolder();
    expectDone(await installed.start(['train', config, '--run', one.path]).ended);
    for (const ranks of [2, 4]) {
      const folder = freshFolder();
      const ended = await start(mpi, ranks, folder).ended;
      expectDone(ended);
      expect(ended.stderr).toContain(`${ranks} ranks on 1 machine by lib`);
      // Rank 0 speaks for all.
      expect(ended.stdout.match(/^run: /gm)).toHaveLength(1);
      const [found, wanted] = [readMetrics(folder), readMetrics(one)];
      expect(found).toHaveLength(wanted.length);
      for (const [i, { loss }] of found.entries())
        if (loss !== undefined)
          expect(Math.abs((loss as number) / (wanted[i]!.loss as number) - 1), `${i}`).toBeLessThan(1e-5);
    }
  });

  it('two ranks search as one does, which has the same parameters to the bit', async () => {
    const more = ['maxSteps=12', 'accumulate=2', 'scoreEvery=1', 'average=2'];
    const words = [...more.map((setting) => `training.${setting}`), 'decode.batchTokens=40'];
    const sets = words.flatMap((setting) => ['--set', setting]);
    const [one, two] = [freshFolder(), freshFolder()];
    expectDone(await installed.start(['train', config, '--run', one.path, ...sets]).ended);
    expectDone(await start(mpi, 2, two, ...sets).ended);
    expect(model(two).equals(model(one))).toBe(true);
    const kept = (folder: RunFolder, ending: string) =>
      readFileSync(folder.result(`valid.${ending}`), 'utf8');
    for (const ending of ['json', 'hyp']) expect(kept(two, ending)).toBe(kept(one, ending));
    const scores = (folder: RunFolder) => readMetrics(folder).map(({ score }) => score);
    expect(scores(two)).toEqual(scores(one));
  });

  it('gradients sent as bfloat16 bring nearly the same losses, with any number of ranks', async () => {
    const losses = async (ranks: number, ...more: string[]) => {
      const folder = freshFolder();
      const ended = await start(mpi, ranks, folder, '--set', 'training.maxSteps=12', ...more).ended;
      expectDone(ended);
      return readMetrics(folder).flatMap(({ loss }) => (loss === undefined ? [] : [loss as number]));
    };
    const wanted = await losses(2);
    for (const ranks of [2, 3]) {
      const found = await losses(ranks, '--set', 'training.reduction=bf16');
      const differences = wanted.map((loss, i) => Math.abs(found[i]! / loss - 1));
      expect(Math.max(...differences)).toBeLessThan(1e-3);
      expect(Math.max(...differences.slice(1))).toBeGreaterThan(1e-7);
    }
  });

  it('a rank that is killed ends the job; the run goes on to the bytes of one that was not', async () => {
    const whole = freshFolder();
    expectDone(await start(mpi, 2, whole).ended);
    for (const [rank, line] of [
      [1, 14],
      [0, 23],
    ] as const) {
      const folder = freshFolder();
      const job = start(mpi, 2, folder);
      await job.until(() => lines(folder) >= line);
      job.signal(rank, 'SIGKILL');
      expect((await job.ended).code).not.toBe(0);
      // A checkpoint that is whole: all that is in it can be read.
      expect(loadSafetensors(folder.checkpoint('last')).tensors.size).toBeGreaterThan(0);
      expectDone(await start(mpi, 2, folder, '--resume').ended);
      expect(model(folder).equals(model(whole))).toBe(true);
    }
  });

  it('a signal to one rank lets all end after the same update, with the state stored', async () => {
    const folder = freshFolder();
    const job = start(mpi, 2, folder);
    await job.until(() => lines(folder) >= 3);
    job.signal(1, 'SIGTERM');
    const { stderr } = await job.ended;
    expect(stderr).toContain('interrupted; go on, alone or on ranks, with: ');
    const step = Number(/interrupted after update (\d+)/.exec(readFileSync(folder.log, 'utf8'))![1]);
    expect(step).toBeGreaterThanOrEqual(3);
    expectDone(await start(mpi, 4, folder, '--resume').ended);
  });

  it('what is wrong at all ranks is told once, with the exit code that it has alone', async () => {
    const { code, stderr } = await start(mpi, 2, freshFolder(), '--set', 'training.accumulate=1').ended;
    expect(
      stderr.match(/^tx: training\.accumulate: 2 ranks cannot share an update of 1 batch/gm),
    ).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('what is wrong at one rank ends the job, with its number', async () => {
    const argv = ['train', config, '--run', freshFolder().path];
    const { code, stderr } = await new Job(mpi, 2, installed, argv, { TX_TEST_NO_ROOM: '1' }).ended;
    expect(stderr).toMatch(/^tx: rank 1 \(.+\): \/no\/such\/folder/m);
    expect(code).not.toBe(0);
  });

  it('another library than the launcher’s is told', async () => {
    const other = mpi.name === 'MPICH' ? 'libmpi.so.40' : 'libmpich.so.12';
    const argv = ['train', config, '--run', freshFolder().path];
    const { code, stderr } = await new Job(mpi, 2, installed, argv, { TX_MPI_LIBRARY: other }).ended;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /^tx: .* has started 2 processes, but .* sees 1: take the mpirun of|no MPI library is found/m,
    );
  });
});

it('where no MPI is found, a line says what to install', async () => {
  const env = { ...plainEnv, PMI_RANK: '0', PMI_SIZE: '2', TX_MPI_LIBRARY: '/no/such/library.so' };
  const { code, stderr } = await installed.start(['train', config, '--run', freshFolder().path], { env })
    .ended;
  expect([code, stderr]).toEqual([
    1,
    'tx: a PMI launcher has started several processes, but no MPI library is found (/no/such/library.so): install ' +
      'Open MPI or MPICH (Debian: openmpi-bin or mpich), or set TX_MPI_LIBRARY to the file\n',
  ]);
});
