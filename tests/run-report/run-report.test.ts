// Reports of folders that are whole, damaged, hostile or large.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderRunPage } from '../../src/run-report/page.ts';
import { formatRunText } from '../../src/run-report/text.ts';
import { readRunReports, writeOwnReport } from '../../src/run-report/write.ts';
import { lines, makeRun, metricsOf } from './folder.ts';

let dir: string;
let runs = 0;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-report-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const make = (over?: Record<string, string>) => makeRun(join(dir, `run-${++runs}`), over);
const read = (over?: Record<string, string>) => readRunReports([make(over)])[0]!;

it('reads all that there is', () => {
  const report = read();
  expect(report).toMatchObject({
    state: 'finished',
    steps: 40,
    parameters: 1234,
    best: { step: 40, figures: { loss: 4, BLEU: 10 } },
    origins: { seed: 'x.yaml:1:1' },
  });
  expect(report.curves.map(({ figure, set }) => `${set} ${figure}`)).toEqual([
    'train loss',
    'train gradientNorm',
    'train learningRate',
    'valid loss',
    'valid BLEU',
  ]);
  const { figure, weights, worst, best } = report.outputs!;
  expect([figure, weights]).toEqual(['chrF', 'averaged']);
  expect(worst.map(({ line }) => line)).toEqual([3, 2]);
  expect(best).toEqual([
    { line: 1, score: 100, source: 'the cat', reference: 'die Katze', output: 'die Katze' },
  ]);
});

it('judges trees by their brackets', () => {
  const trees = ['(S (NP (N a)) (VP (V b)))', '(S (X (N a)) (VP (V b)))'];
  const { outputs } = read({
    'metrics.jsonl': '{"event":"result","set":"valid","metric":"F1","score":50}\n',
    'results/valid.ref': lines([trees[0]!, trees[0]!]),
    'results/valid.hyp': lines(trees),
    'results/valid.src': lines(['a b', 'a b']),
  });
  expect(outputs).toMatchObject({
    figure: 'F1',
    worst: [{ line: 2, score: 66.67 }],
    best: [{ line: 1, score: 100 }],
  });
});

it('finds the hardest and the easiest texts; of earlier versions the surest mistakes and hits', () => {
  const line = (label: string, probability: number) =>
    JSON.stringify({ text: `t${probability}`, label, predicted: 'a', probability });
  const { outputs } = read({
    'results/valid.jsonl': lines([
      line('a', 0.6),
      line('b', 0.7),
      '{"text":',
      line('b', 0.9),
      line('a', 0.8),
    ]),
  });
  expect(outputs!.areLabels).toBe(true);
  expect(outputs!.worst.map(({ source }) => source)).toEqual(['t0.9', 't0.7']);
  expect(outputs!.best.map(({ source }) => source)).toEqual(['t0.8', 't0.6']);
});

describe('labels', () => {
  const valid = {
    weights: 'best',
    accuracy: 0.75,
    classes: ['no', '<b>yes'].map((name, k) => ({
      name,
      ...{ expected: 2, found: 2, right: 2 - k },
      ...{ precision: 1 - k / 2, recall: 1 - k / 2, f1: 1 - k / 2 },
    })),
    confusion: [
      [0, 0, 2],
      [1, 0, 1],
      [1, 1, 1],
    ],
    calibration: [
      { count: 0, confidence: 0, accuracy: 0 },
      { count: 4, confidence: 0.9, accuracy: 0.75 },
    ],
  };

  it('of classes: figures, what was taken for what, calibration, pairs of texts', () => {
    const report = read({
      'results/valid.json': JSON.stringify(valid),
      'results/valid.jsonl': lines([
        JSON.stringify({
          text: 'a',
          pair: 'b',
          label: 'no',
          predicted: '<b>yes',
          probability: 0.9,
          loss: 2.3,
        }),
        JSON.stringify({ text: 'c', pair: 'd', label: 'no', predicted: 'no', probability: 0.8, loss: 0.22 }),
      ]),
    });
    expect(report.outputs!.worst).toMatchObject([
      { source: 'a', pair: 'b', reference: 'no', output: '<b>yes (0.9000)' },
    ]);
    const page = renderRunPage([report]);
    expect(page).toContain('<a href="#labels">Labels</a>');
    expect(page).toContain('&lt;b>yes');
    expect(page.match(/class="(hit|miss)"/g)).toHaveLength(3);
    expect(page).toContain('Calibration, expected error 0.1500');
    expect(page).toContain('Second text');
    const text = formatRunText([report], { width: 90 });
    expect(text).toMatch(/<b>yes +0\.5000 +0\.5000 +0\.5000 +2 +2 +1\n/);
    expect(text).toContain('<b>yes taken for no: 1');
  });

  it('of scores: those that were found over those that were to be', () => {
    const line = (score: number, predicted: number) =>
      JSON.stringify({ text: 't', score, predicted, loss: 0.1 });
    const { outputs, ...report } = read({ 'results/valid.jsonl': lines([line(3, 2.5), line(1, 1.25)]) });
    expect(outputs!.scores).toEqual([
      { expected: 3, found: 2.5 },
      { expected: 1, found: 1.25 },
    ]);
    expect(renderRunPage([{ ...report, outputs }])).toContain('<figcaption>Scores');
  });

  it('of tags and of several classes: what is wrong', () => {
    const { outputs } = read({
      'results/valid.jsonl': lines([
        JSON.stringify({ words: ['a', 'dog'], tags: ['DET', 'NOUN'], predicted: ['DET', null], loss: 2 }),
        JSON.stringify({ words: ['so'], tags: ['ADV'], predicted: ['ADV'], loss: 0.1 }),
        JSON.stringify({ text: 'x', labels: ['p', 'q'], predicted: [], probabilities: [0, 0], loss: 1 }),
      ]),
    });
    expect(outputs!.worst).toMatchObject([
      { source: 'a dog', reference: 'dog/NOUN', output: 'dog/_' },
      { source: 'x', reference: 'p, q', output: 'none' },
    ]);
    expect(outputs!.best).toMatchObject([{ reference: 'so/ADV', output: 'so/ADV' }]);
  });

  it('of many classes: the most frequent ones', () => {
    const classes = Array.from({ length: 100 }, (_, k) => ({
      ...valid.classes[0]!,
      name: `c${k}`,
      expected: k,
    }));
    const report = read({ 'results/valid.json': JSON.stringify({ ...valid, classes }) });
    const page = renderRunPage([report]);
    expect(page).toContain('and 40 others, which are rarer');
    expect(page).toContain('The 24 most frequent classes.');
    expect(page).not.toContain('c30<');
  });
});

describe('what is damaged is passed over', () => {
  it.each<[string, Record<string, string>]>([
    ['a line that was cut', { 'metrics.jsonl': `${metricsOf(40)}{"event":"st` }],
    [
      'lines of other things',
      { 'metrics.jsonl': `\n[]\n7\n"x"\n{"event":7,"step":"x","loss":{}}\n${metricsOf(40)}` },
    ],
    [
      'values out of all measure',
      {
        'metrics.jsonl': `{"event":"step","step":1,"loss":1e308,"seconds":1e300}\n{"event":"step","step":2,"loss":-1e308}\n`,
      },
    ],
    ['no metrics', { 'metrics.jsonl': '' }],
    ['run.json', { 'run.json': '{"sessions":[{"command":7,"machine":[]}],"config":[],"data":{"a":1}}' }],
    ['run.json that is none', { 'run.json': '\u0000{' }],
    ['config.yaml', { 'config.yaml': 'a: [' }],
    ['data.json', { 'results/data.json': '{"unit":"pairs"}' }],
    ['valid.json', { 'results/valid.json': '{"classes":[{"name":"a"}],"confusion":[[0,9,1]]}' }],
    [
      'a confusion of classes that there are not',
      { 'results/valid.json': '{"classes":[],"confusion":[[0,9,1]],"calibration":[]}' },
    ],
    [
      'outputs of all kinds at once',
      { 'results/valid.jsonl': '{"words":["a"],"tags":[],"score":1,"predicted":[]}\n{"predicted":7}\n' },
    ],
    ['outputs of other numbers', { 'results/valid.hyp': 'x\n' }],
  ])('%s', (_name, over) => {
    const report = read(over);
    const page = renderRunPage([report]);
    expect(page).not.toMatch(/NaN|undefined|\[object|Infinity/);
    expect(formatRunText([report], { width: 60 })).not.toMatch(/NaN|undefined|\[object|Infinity/);
  });

  it('bytes that are no text', () => {
    const folder = make();
    const bad = Buffer.concat([Buffer.from([255, 254, 10]), readFileSync(folder.metrics)]);
    writeFileSync(folder.metrics, bad);
    for (const path of [folder.provenance, folder.dataStatistics, folder.result('valid.hyp')])
      writeFileSync(path, Buffer.from([255, 0, 200]));
    expect(readRunReports([folder])[0]).toMatchObject({ steps: 40, sessions: [], outputs: undefined });
  });
});

it('shows hostile text and does not obey it', () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u001b[31m\u202e';
  const report = read({
    'config.yaml': `name: x\nnote: ${JSON.stringify(evil)}\n`,
    'metrics.jsonl': lines([
      JSON.stringify({ event: 'step', step: 1, [evil]: 3, loss: 1 }),
      JSON.stringify({ event: 'result', set: evil, metric: evil, score: 1, weights: evil }),
    ]),
    'run.json': JSON.stringify({ config: { note: evil }, sessions: [{ command: evil, tx: evil }] }),
    'results/valid.src': lines([evil]),
    'results/valid.ref': lines([evil]),
    'results/valid.hyp': lines([`${evil} x`]),
    'results/data.json': JSON.stringify({
      unit: evil,
      kept: 1,
      dropped: { [evil]: 1 },
      sides: {},
      classes: { [evil]: 1 },
    }),
  });
  for (const page of [
    renderRunPage([report]),
    renderRunPage([report, { ...report, path: `${report.path}/${evil}` }]),
  ]) {
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img/);
    expect(page).not.toContain('\u001b');
    expect(page.match(/(?:src|href|action)="[^#"][^"]*"/g)).toEqual(['href="data:,"']);
  }
  expect(formatRunText([report], { width: 80 })).not.toContain('\u001b');
});

it('has a page of a size, whatever the length of a training and the number of runs', () => {
  const long = make({ 'metrics.jsonl': metricsOf(20_000) });
  const one = renderRunPage(readRunReports([long]));
  expect(one.length).toBeLessThan(500_000);
  expect(renderRunPage(readRunReports(new Array(6).fill(long))).length).toBeLessThan(2_000_000);
});

it('tells runs apart by what differs, and calls them by their folders', () => {
  const both = [make(), make({ 'config.yaml': 'seed: 2\ndata: { srcLang: en }\n' })];
  const reports = readRunReports(both);
  const [page, text] = [renderRunPage(reports), formatRunText(reports, { width: 80 })];
  expect(page).toContain('<th>seed</th><td data-label="run-');
  expect(page).not.toContain(dir);
  expect(text).toMatch(/^2 runs\nrun +state +updates/);
  expect(text).toMatch(/\nseed +1 +2\n/);
  expect(text).not.toContain('srcLang');
});

it("is written into the run's folder, with no word of where that is", () => {
  const folder = make();
  writeOwnReport(folder);
  const page = readFileSync(folder.report, 'utf8');
  expect(page).toContain('<h1 dir="auto">Run run-');
  expect(page).not.toContain(dir);
});
