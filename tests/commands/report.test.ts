// `tx report` over runs that were trained, in each of its forms.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureWidth } from '../../src/report/columns.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { Toy, trainToy } from '../train/toy.ts';
import { tx } from './run.ts';

let toy: Toy;
let dir: string;
const at = (name: string) => new RunFolder(join(dir, name));
const training = {
  maxEpochs: undefined,
  maxSteps: 4,
  validateSteps: 2,
  logSteps: 1,
  scoreEvery: 1,
  selectBy: 'score',
};

beforeAll(async () => {
  toy = new Toy();
  dir = join(toy.dir, 'all');
  await trainToy(toy.config({ training }), at('a'));
  await trainToy(toy.config({ training, model: { dFf: 48 } }), at('b'));
  await trainToy(toy.config({ training }), at('c'), { stopAt: 3 });
});
afterAll(() => toy.remove());

it("makes a run's page anew, as training made it", async () => {
  const { report, path } = at('a');
  const before = readFileSync(report, 'utf8');
  expect(before).toContain('<span class="state">finished</span>');
  for (const id of ['curves', 'data', 'outputs', 'settings', 'sessions'])
    expect(before).toContain(`<section id="${id}">`);
  rmSync(report);
  expect(await tx(['report', path])).toEqual({ code: 0, stdout: `${report}\n`, stderr: '' });
  expect(readFileSync(report, 'utf8')).toBe(before);
});

it('a training that was interrupted has one too, which goes as soon as it goes on', async () => {
  const folder = at('c');
  expect(readFileSync(folder.report, 'utf8')).toContain('<span class="state">interrupted</span>');
  expect(readFileSync(folder.report, 'utf8')).not.toContain('id="outputs"');
  folder.forgetChoice();
  expect(existsSync(folder.report)).toBe(false);
});

it('compares the runs of a folder, where it is told to write', async () => {
  const none = await tx(['report', dir]);
  expect(none).toEqual({
    code: 2,
    stdout: '',
    stderr: 'tx: 3 runs: say where their page goes: --out report.html\n',
  });
  const out = join(toy.dir, 'all.html');
  // A run that is named twice is one.
  expect((await tx(['report', dir, at('a').path, '--out', out])).stdout).toBe(`${out}\n`);
  const page = readFileSync(out, 'utf8');
  expect(page).toContain('<h1 dir="auto">3 runs</h1>');
  expect(page).toContain('<th>model.dFf</th><td data-label="a">32</td><td data-label="b">48</td>');
});

const inTerminal = async (columns: number, env: Record<string, string> = {}) => {
  const chunks: string[] = [];
  const stdout = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    }),
    { isTTY: true, columns },
  );
  const saved = { ...process.env };
  Object.assign(process.env, { TERM: 'xterm', NO_COLOR: '' }, env);
  await tx(['report', at('a').path, at('b').path, '--format', 'text'], { stdout });
  process.env = saved;
  return chunks.join('');
};

it.each([60, 80, 120])('is text of %d columns in a terminal', async (columns) => {
  const text = await inTerminal(columns, { NO_COLOR: '1' });
  expect(text).not.toContain('\u001b');
  const lines = text.split('\n');
  expect(lines.slice(0, 2)).toEqual([
    '2 runs',
    expect.stringMatching(/^run +state +updates +time +loss +result$/),
  ]);
  expect(Math.max(...lines.map(measureWidth))).toBeLessThanOrEqual(columns);
  // Without colours, each run has its own charts.
  expect(lines.filter((line) => line === 'Loss in validation')).toHaveLength(2);
  expect(text).toMatch(/\nmodel\.dFf +32 +48\n/);
});

it('has the runs in one chart where there are colours', async () => {
  const text = await inTerminal(80);
  expect(text).toContain('\u001b[33m⠤ b\u001b[39m');
  expect(text.split('Loss in validation')).toHaveLength(2);
});

it('gives the data as JSON, and text to a file', async () => {
  const { stdout } = await tx(['report', at('b').path, '--json']);
  const [run] = JSON.parse(stdout);
  expect(run).toMatchObject({
    state: 'finished',
    steps: 4,
    metric: 'BLEU',
    set: 'test',
    data: { unit: 'pairs' },
  });
  expect(run.data.kept).toBe(run.data.sides.src.lengths.rows);
  expect(run.results.map(({ set, weights }: { set: string; weights: string }) => [set, weights])).toEqual([
    ['valid', expect.any(String)],
    ['test', expect.any(String)],
  ]);
  expect(run.outputs.worst[0]).toMatchObject({ source: expect.any(String), reference: expect.any(String) });
  expect(
    run.curves.find(
      ({ figure, set }: { figure: string; set: string }) => figure === 'loss' && set === 'train',
    ).points,
  ).toHaveLength(4);
  const out = join(toy.dir, 'b.txt');
  expect((await tx(['report', at('b').path, '--format', 'text', '--out', out])).stdout).toBe('');
  expect(readFileSync(out, 'utf8')).toMatch(/^Run b\nfinished, translation, 4 updates/);
});

it('what is no run is told in a line', async () => {
  mkdirSync(join(toy.dir, 'empty'));
  const cases: [string[], RegExp][] = [
    [[join(toy.dir, 'empty')], /^tx: .*empty: has no runs; give a folder that tx train made\n$/],
    [[join(toy.dir, 'none')], /^tx: .*none: no such run; give a folder that tx train made\n$/],
    [[at('a').path, '--json', '--format', 'text'], /^tx: Arguments json and format are mutually exclusive/],
    [[], /^tx: expected tx report <runs\.\.>/],
  ];
  for (const [argv, message] of cases) {
    expect(await tx(['report', ...argv])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  }
  const nowhere = await tx(['report', at('a').path, '--out', join(toy.dir, 'none', 'x.html')]);
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('cannot be written')]);
});

it('a training whose page cannot be written is told so, and stands', async () => {
  const folder = toy.folder();
  await trainToy(toy.config({ training }), folder, { stopAt: 3 });
  rmSync(folder.report);
  mkdirSync(folder.report);
  writeFileSync(join(folder.report, 'x'), '');
  // Going on removes the old page, whatever it is; the folder comes again while training is under way.
  const again = () => {
    mkdirSync(folder.report, { recursive: true });
    writeFileSync(join(folder.report, 'x'), '');
  };
  const { interrupted, warnings } = await trainToy(
    toy.config({ training: { ...training, validateSteps: 100, maxSteps: 5 } }),
    folder,
    { resume: true, stopAt: 4, onTick: again },
  );
  expect(interrupted).toBe(true);
  expect(warnings.filter((text) => text.startsWith(`${folder.report}: not written: `))).toHaveLength(1);
  expect(readFileSync(folder.log, 'utf8')).toMatch(
    /interrupted after update 4\n.*warning: .*report\.html: not written/,
  );
});
