// `tx study` with trainings as processes of their own: small studies on the toy corpus.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Toy } from '../train/toy.ts';
import { type Ended, Package, plainEnv } from './package.ts';

let toy: Toy;
let installed: Package;
beforeAll(() => {
  toy = new Toy();
  installed = new Package();
  const training = { maxEpochs: undefined, maxSteps: 6, validateSteps: 3, saveSteps: 1, scoreEvery: 1 };
  toy.write('base.yaml', stringify(toy.config({ training })));
});
afterAll(() => {
  toy.remove();
  installed.remove();
});

/** Grids over the toy's base config. */
const write = (name: string, study: object) =>
  toy.write(`${name}.yaml`, stringify({ base: 'base.yaml', ...study }));

const start = (path: string, ...more: string[]) =>
  installed.start(['study', path, '--threads', '1', ...more], {
    cwd: toy.dir,
    env: { ...plainEnv, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = (path: string, ...more: string[]): Promise<Ended> => start(path, ...more).ended;

const report = (folder: string) =>
  Object.fromEntries(
    readdirSync(join(toy.dir, folder, 'report')).map((name) => [
      name,
      readFileSync(join(toy.dir, folder, 'report', name), 'utf8'),
    ]),
  );
const runNames = (folder: string) => readdirSync(join(toy.dir, folder, 'runs')).sort();

const dropouts = {
  seeds: 2,
  // Long enough to be stopped on the way on any machine.
  settings: { 'training.maxSteps': 90 },
  grids: {
    dropout: {
      axes: { 'model.dropout': [0, 0.2] },
      report: { figures: ['test.BLEU', 'valid.loss'], baseline: { 'model.dropout': 0 } },
    },
  },
};

it('trains what is missing, once, and reports the same however it came about', async () => {
  const path = write('dropout', dropouts);
  const whole = await run(path, '--jobs', '2');
  expect([whole.code, whole.stderr.match(/ finished/g)?.length]).toEqual([0, 5]);
  expect(whole.stdout).toMatch(/^dropout {2}seeds .*\n0 +2 .* baseline .*\n0\.2 +2 .*\n\nreport: studies/);
  const names = runNames('studies/dropout');
  expect(names.map((name) => name.replace(/\.[0-9a-f]{10}$/, ''))).toEqual([
    'dropout=0-seed1',
    'dropout=0-seed2',
    'dropout=0.2-seed1',
    'dropout=0.2-seed2',
  ]);
  expect(Object.keys(report('studies/dropout'))).toEqual([
    'dropout.test.BLEU.svg',
    'dropout.tex',
    'dropout.valid.loss.svg',
    'report.html',
    'results.json',
    'table.csv',
    'table.txt',
  ]);

  // Nothing is left to do.
  const again = await run(path);
  expect([again.code, again.stdout]).toEqual([0, whole.stdout]);
  expect(again.stderr).toMatch(/^4 runs: 4 finished/);

  // The halves on two machines, brought together, and an end in the middle of it.
  const first = await run(path, '--shard', '1/2', '--out', 'joined');
  expect(first.stdout).toMatch(/^dropout.*\n0 +2 .*\n0\.2 +0\/2\n/);
  const cut = start(path, '--shard', '2/2', '--out', 'other');
  await cut.until(() => existsSync(join(toy.dir, 'other/runs', names[2]!, 'checkpoints/best.safetensors')));
  cut.process.kill('SIGTERM');
  const ended = await cut.ended;
  expect([ended.code, ended.stderr]).toEqual([143, expect.stringContaining('interrupted')]);
  const second = await run(path, '--shard', '2/2', '--out', 'other');
  expect(second.stderr).toContain(`${names[2]}: goes on`);
  cpSync(join(toy.dir, 'other/runs'), join(toy.dir, 'joined/runs'), { recursive: true });
  const joined = await run(path, '--report', '--out', 'joined');
  expect(joined.stdout.replace('joined', 'studies/dropout')).toBe(whole.stdout);
  expect(report('joined')).toEqual(report('studies/dropout'));
}, 120_000);

it('claims are answered, and figures drawn over another, the same each time', async () => {
  const valid = { figure: 'valid.loss', arm: { 'model.dFf': 16 } };
  const path = write('claims', {
    seeds: 2,
    grids: {
      size: {
        axes: { 'model.dFf': [16, 48], 'model.dropout': [0] },
        report: { x: 'parameters', series: 'model.dropout', figures: ['valid.loss'] },
        claims: [
          { says: 'It is smaller', ...valid, figure: 'parameters', below: { 'model.dFf': 48 }, by: '0.1%' },
          { says: 'Both are as good', ...valid, ties: { 'model.dFf': 48 }, within: '1000%' },
        ],
      },
    },
  });
  const first = await run(path, '--jobs', '2', '--set', 'training.maxSteps=3');
  expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/\nholds +It is smaller\n/)]);
  expect(first.stdout).toMatch(
    /\nholds +Both are as good\n +loss \(valid\): dFf=16 dropout=0 within 1000% of /,
  );
  const whole = report('studies/claims');
  expect(Object.keys(whole)).toEqual([
    'claims.csv',
    'report.html',
    'results.json',
    'size.claims.tex',
    'size.tex',
    'size.valid.loss.svg',
    'table.csv',
    'table.txt',
  ]);
  const [{ claims, arms }] = JSON.parse(whole['results.json']!).grids;
  expect(claims.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['holds', 'holds']);
  expect(arms[0]).toMatchObject({ series: '0', label: 'dFf=16' });
  expect(whole['size.valid.loss.svg']).toMatch(/class="name label"[^>]*>dFf=48</);
  expect((await run(path, '--report', '--set', 'training.maxSteps=3')).stdout).toBe(first.stdout);
  expect(report('studies/claims')).toEqual(whole);
  const open = await run(path, '--report', '--out', 'none');
  expect(open.stdout).toMatch(
    /\ncannot be told +It is smaller\n.*dFf=16 dropout=0: 0 of\s+2 runs finished; /,
  );
}, 120_000);

it('the same seed begins with the same values where shapes allow', async () => {
  const still = { 'training.maxSteps': 1, 'schedule.learningRate': 1e-30 };
  const path = write('paired', {
    grids: {
      g: {
        settings: still,
        axes: { 'model.dFf': [32, 48], 'model.dropout': [0, 0.1] },
        exclude: [{ 'model.dFf': 48, 'model.dropout': 0 }],
      },
    },
  });
  expect((await run(path)).code).toBe(0);
  // What begins as 0 is some 1e-32 after the update.
  const [plain, dropped, wide] = runNames('studies/paired').map((name) => {
    const path = join(toy.dir, 'studies/paired/runs', name, 'checkpoints/best.safetensors');
    return new Map(
      [...loadSafetensors(path).tensors].map(([key, { data }]) => [
        key,
        Array.from(data as Float32Array, (x) => x + 1),
      ]),
    );
  });
  expect(dropped).toEqual(plain);
  const same = [...plain!].filter(([name, data]) => wide!.get(name)!.length === data.length);
  // Two layers' two matrices and the biases between them.
  expect(plain!.size - same.length).toBe(6);
  for (const [name, data] of same) expect([name, wide!.get(name)]).toEqual([name, data]);
}, 60_000);

it('a study that is killed (-9) leaves no training behind, and its next start goes on to the same report', async () => {
  const path = write('killed', dropouts);
  const study = start(path, '--jobs', '2');
  const begun = () => existsSync(join(toy.dir, 'studies/killed/runs')) && runNames('studies/killed');
  await study.until(() => begun() !== false && (begun() as string[]).length >= 2);
  study.process.kill('SIGKILL');
  await study.ended;
  const { code, stdout } = await run(path);
  expect(code).toBe(0);
  expect(stdout.replace('killed', 'dropout')).toContain('report: studies/dropout/report');
  expect(report('studies/killed')).toEqual(report('studies/dropout'));
}, 120_000);

it('what fails is told, is not tried again unasked, and leaves its place in the table open', async () => {
  const path = write('failing', {
    grids: { one: { axes: { x: { sound: {}, spoilt: { 'schedule.learningRate': 1e38 } } } } },
  });
  const { code, stdout, stderr } = await run(path);
  expect([code, stdout.split('\n')[2]]).toEqual([1, 'spoilt    0/1']);
  expect(stderr).toMatch(/tx: spoilt-seed1\.\w+: no validation had a finite value: training diverged/);
  expect(stderr).toContain('1 run of 2 failed; --retry tries again');
  const again = await run(path);
  expect(again.code).toBe(1);
  expect(again.stderr).not.toContain('goes on');
  const list = await run(path, '--list');
  expect(list.stdout).toMatch(/\nsound-seed1\.\w+ +finished .*\nspoilt-seed1\.\w+ +failed /);
  const retried = await run(path, '--retry');
  expect([retried.code, retried.stderr]).toEqual([1, expect.stringMatching(/spoilt-seed1\.\w+: goes on/)]);
}, 60_000);

it('a run is known by its config: what is called otherwise is not trained again, other settings are', async () => {
  const path = write('known', { grids: { g: { axes: { a: { one: { 'training.maxSteps': 1 } } } } } });
  const { stdout } = await run(path, '--list', '--json');
  const [{ name, state }] = JSON.parse(stdout);
  expect(state).toBe('waiting');
  write('known', { grids: { h: { axes: { b: { two: { training: { maxSteps: 1 } } } } } } });
  const [renamed] = JSON.parse((await run(path, '--list', '--json', '--set', 'threads=2')).stdout);
  expect(renamed.name.split('.')[1]).toBe(name.split('.')[1]);
  const [other] = JSON.parse((await run(path, '--list', '--json', '--set', 'model.dFf=64')).stdout);
  expect(other.name.split('.')[1]).not.toBe(name.split('.')[1]);
});

it('a base that changes meanwhile ends the study', async () => {
  const base = readFileSync(join(toy.dir, 'base.yaml'), 'utf8');
  toy.write('moving.yaml', base);
  const path = write('moved', { base: 'moving.yaml', seeds: 2, grids: { g: {} } });
  const study = start(path);
  await study.until(
    () => existsSync(join(toy.dir, 'studies/moved/runs')) && runNames('studies/moved').length > 0,
  );
  toy.write('moving.yaml', base.replace('maxSteps: 6', 'maxSteps: 7'));
  const { code, stderr } = await study.ended;
  expect([code, stderr]).toEqual([1, expect.stringContaining('has changed since the study began')]);
  rmSync(join(toy.dir, 'studies/moved'), { recursive: true });
}, 60_000);

describe('mistakes', () => {
  const grids = { g: { axes: { 'model.dropout': [0.1] } } };
  it.each<[string, object | string, string[], RegExp]>([
    [
      'no base',
      { base: 'none.yaml', grids },
      [],
      /study\.yaml: base: "none\.yaml": no such file, nor a config/,
    ],
    ['no grids', { base: 'base.yaml', grids: {} }, [], /study\.yaml:\d+:\d+: grids: a study needs a grid/],
    [
      'an unknown key',
      { grids: { g: { axis: {} } } },
      [],
      /study\.yaml:4:\d+: grids\.g\.axis: unknown key; did you mean axes/,
    ],
    [
      'an unknown setting',
      { grids: { g: { axes: { 'model.drop': [1] } } } },
      [],
      /arm drop=1: model\.drop: unknown key/,
    ],
    [
      'a wrong value',
      { grids: { g: { axes: { 'model.dropout': [2] } } } },
      [],
      /arm dropout=2: model\.dropout: expected/,
    ],
    [
      'no axis of numbers',
      { grids: { g: { axes: { x: { a: {} } }, report: { x: 'x' } } } },
      [],
      /report\.x is an axis of numbers/,
    ],
    [
      'an unknown x',
      { grids: { g: { axes: { x: { a: {} } }, report: { x: 'y' } } } },
      [],
      /study\.yaml: grid g: report\.x is no axis and no figure: y; its axes: x; figures: test\.NAME/,
    ],
    [
      'an unknown figure',
      { grids: { g: { report: { figures: ['bytes'] } } } },
      [],
      /study\.yaml:\d+:\d+: grids\.g\.report\.figures\.0: no figure; expected test\.NAME, valid\.NAME/,
    ],
    [
      'a claim with two relations',
      { grids: { g: { claims: [{ says: 's', figure: 'valid.loss', arm: {}, below: {}, above: {} }] } } },
      [],
      /study\.yaml:\d+:\d+: grids\.g\.claims\.0\.above: a claim has one of below, above, ties, atLeast and atMost/,
    ],
    [
      'a claim on no arm',
      {
        grids: {
          g: {
            axes: { x: { a: {} } },
            claims: [{ says: 's', figure: 'valid.loss', arm: { x: 'b' }, below: {} }],
          },
        },
      },
      [],
      /study\.yaml: grid g: claims\.0\.arm: x has no point b/,
    ],
    [
      'a vague baseline',
      { seeds: 2, grids: { g: { axes: { 'model.dropout': [0, 0.1] }, report: { baseline: {} } } } },
      [],
      /stands for 2 arms, not one/,
    ],
    ['a config', 'base.yaml', [], /base\.yaml: is a config for tx train/],
    ['no file', 'nowhere.yaml', [], /"nowhere\.yaml": no such file/],
    [
      'a shard beyond',
      { grids },
      ['--shard', '3/2'],
      /--shard 3\/2: expected a part and their number, as in 2\/8, or auto$/m,
    ],
    ['no jobs', { grids }, ['--jobs', '0'], /--jobs is a whole number from 1 on; found 0/],
    ['half a job', { grids }, ['--jobs', '1.5'], /--jobs is a whole number/],
    ['both', { grids }, ['--list', '--report'], /mutually exclusive/],
  ])('%s', async (_what, study, more, message) => {
    const path = typeof study === 'string' ? study : write('study', study);
    const { code, stdout, stderr } = await run(path, ...more);
    expect([code, stdout, existsSync(join(toy.dir, 'studies/study'))]).toEqual([2, '', false]);
    expect(stderr).toMatch(message);
  });
});

it('binary, empty and hostile files are refused in one line', async () => {
  for (const text of ['', '\0', '[1]', 'base: [', 'grids: {g: {axes: {__proto__: [1]}}}\nbase: base.yaml']) {
    writeFileSync(join(toy.dir, 'odd.yaml'), text);
    const { code, stderr } = await run('odd.yaml');
    expect([text, code, stderr.trimEnd().split('\n').length]).toEqual([text, 2, 1]);
  }
});
