// The commands from a config to a score, on the toy corpus: train, translate, eval-bleu, config.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { printConfig } from '../../src/config/print.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import { writeFileAtomic } from '../../src/util/files.ts';
import { readMetrics, Toy } from '../train/toy.ts';
import { type Result, tx } from './run.ts';

const CONFIG = `
threads: 1
data:
  srcLang: en
  tgtLang: de
  train: { kind: parallel, src: train.en, tgt: train.de }
  valid: { kind: parallel, src: valid.en, tgt: valid.de }
  test: { kind: parallel, src: test.en, tgt: test.de }
  batchTokens: 256
tokenizers: { shared: { type: bpe, size: 90 } }
model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 40, dropout: 0 }
training: { maxEpochs: 30, scoreEvery: 10, average: 2, logSteps: 50 }
optimizer: { type: adam, clipNorm: 1 }
schedule: { type: inverseSqrt, learningRate: 0.02, warmupSteps: 20 }
decode: { beamSize: 3, maxExtraLength: 8 }
evaluation: { samples: 2 }
`;

let toy: Toy;
let config: string;
let run: string;
let trained: Result;

/** Runs with the toy's folder taken out of what is written. */
async function at(argv: readonly string[], options: Parameters<typeof tx>[1] = {}): Promise<Result> {
  const { code, stdout, stderr } = await tx(argv, options);
  const strip = (text: string) => text.replaceAll(`${toy.dir}/`, '');
  return { code, stdout: strip(stdout), stderr: strip(stderr) };
}

beforeAll(async () => {
  toy = new Toy();
  config = toy.write('toy.yaml', CONFIG);
  run = join(toy.dir, 'trained');
  trained = await at(['train', config, '--run', run, '--json']);
}, 120_000);
afterAll(() => toy.remove());

const result = (name: string, folder = run) => readFileSync(join(folder, 'results', name), 'utf8');

describe('train', () => {
  it('prints its outcome, and how it goes on standard error', () => {
    expect([trained.code, trained.stderr]).toEqual([0, expect.stringContaining('epoch 30 step ')]);
    const outcome = JSON.parse(trained.stdout);
    expect(Object.keys(outcome)).toEqual(['run', 'metric', 'score', 'signature', 'verbose_score', 'samples']);
    expect(outcome).toMatchObject({ run: 'trained', signature: expect.stringContaining('tok:13a') });
    expect(outcome.samples).toHaveLength(2);
    expect(outcome.score).toBe(JSON.parse(result('test.json')).score);
    expect(outcome.score).toBeGreaterThan(5);
  });

  it('stores the config that tx config prints', async () => {
    const { code, stdout, stderr } = await tx(['config', config]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(readFileSync(join(run, 'config.yaml'), 'utf8'));
    // It is a config itself, wherever it is.
    expect((await tx(['config', join(run, 'config.yaml')])).stdout).toBe(stdout);
    expect((await tx(['config', config, '--set', 'seed=5', '--set', 'model.dModel=32'])).stdout).toContain(
      'dModel: 32',
    );
  });

  it('goes by the name of the config where no folder is given', async () => {
    const named = toy.write('named.yaml', `include: toy.yaml\nname: other\n`);
    const [here, set] = [process.cwd(), ['--set', 'training.maxSteps=1']];
    mkdirSync(join(toy.dir, 'work'));
    process.chdir(join(toy.dir, 'work'));
    try {
      for (const [path, name] of [
        [config, 'toy'],
        [named, 'other'],
      ] as const) {
        const { code, stdout } = await at(['train', path, '-q', ...set]);
        expect([code, stdout.split('\n').at(-2)]).toEqual([0, `run: runs/${name}`]);
        expect((await at(['translate', path], { stdin: '\n' })).stdout).toBe('\n');
      }
      expect(await at(['translate', 'multi30k/en-de-tiny'])).toEqual({
        code: 2,
        stdout: '',
        stderr: 'tx: multi30k/en-de-tiny: its run runs/en-de-tiny does not exist here; train it first\n',
      });
    } finally {
      process.chdir(here);
    }
  });

  it('ends after SIGINT with what to type next, which goes on', async () => {
    const folder = new RunFolder(join(toy.dir, 'interrupted'));
    const set = ['--set', 'training.maxEpochs=200', '--set', 'training.logSteps=1'];
    const before = process.listenerCount('SIGINT');
    const running = at(['train', config, '--run', folder.path, ...set]);
    while (!existsSync(folder.metrics)) await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit('SIGINT');
    const { code, stdout, stderr } = await running;
    expect([code, stdout, process.listenerCount('SIGINT')]).toEqual([130, '', before]);
    const hint = /^tx: warning: interrupted; go on with: npx tx (.*)\n/m.exec(stderr)![1]!;
    expect(hint).toBe('train interrupted/config.yaml --run interrupted --resume');
    const event = readMetrics(folder).at(-1)!;
    const step = 'step' in event ? Number(event.step) : 0;
    const words = hint.split(' ').map((word) => word.replace(/^interrupted/, folder.path));
    const resumed = await at([...words, '--set', `training.maxSteps=${step + 2}`]);
    expect([resumed.code, resumed.stderr]).toEqual([
      0,
      expect.stringContaining(`resuming after update ${step}`),
    ]);
  });

  it.each<[string, string[], number, string]>([
    [
      'a used folder',
      [],
      2,
      'trained already has a run: give --resume to go on, --overwrite to start anew, or --run DIR',
    ],
    ['both', ['--resume', '--overwrite'], 2, '--resume and --overwrite exclude each other'],
    [
      'no run there',
      ['--resume', '--run', 'FRESH'],
      2,
      'fresh: has no run to resume; leave --resume out to start one',
    ],
    [
      'other files there',
      ['--overwrite', '--run', 'DIR'],
      2,
      'DIR: has files but no run; give another folder with --run',
    ],
    ['a file', ['--run', 'CONFIG'], 2, 'toy.yaml: is a file; a run needs a folder'],
    [
      'a wrong setting',
      ['--run', 'FRESH', '--set', 'model.dModle=3'],
      2,
      '--set model.dModle: unknown key; did you mean dModel?',
    ],
    [
      'no corpus',
      ['--run', 'FRESH', '--set', 'data.test.src=none.en'],
      1,
      'none.en: no such file or directory',
    ],
    [
      'another model',
      ['--resume', '--set', 'model.dModel=32'],
      2,
      'trained: cannot resume: the run has model.dModel 16, the config says 32; put it back, or train anew with --overwrite or another --run',
    ],
  ])('refuses %s', async (_name, extra, code, message) => {
    const places: Record<string, string> = { FRESH: join(toy.dir, 'fresh'), DIR: toy.dir, CONFIG: config };
    const given = extra.map((word) => places[word] ?? word);
    const argv = ['train', config, ...(given.includes('--run') ? [] : ['--run', run]), ...given];
    const model = readFileSync(join(run, 'config.yaml'), 'utf8');
    const { stdout, stderr, ...rest } = await at(argv);
    const last = stderr.replaceAll(toy.dir, 'DIR').split('\n').at(-2);
    expect({ ...rest, stdout, last }).toEqual({ code, stdout: '', last: `tx: ${message}` });
    expect(existsSync(places.FRESH!)).toBe(false);
    expect(readFileSync(join(run, 'config.yaml'), 'utf8')).toBe(model);
  });
});

it('a training goes on by its folder alone, and other names for a run are told from it', async () => {
  const steps = JSON.parse(readFileSync(join(run, 'metrics.jsonl'), 'utf8').split('\n')[0]!);
  expect(steps.step).toBeGreaterThan(0);
  const resumed = await at(['train', run, '--resume', '-q']);
  expect([resumed.code, resumed.stdout.split('\n').at(-2)]).toEqual([0, 'run: trained']);
  expect((await tx(['config', run])).stdout).toBe(readFileSync(join(run, 'config.yaml'), 'utf8'));
  for (const name of ['decode.onnx', 'checkpoints/model.safetensors', 'config.yaml']) {
    expect(await at(['translate', join(run, name)])).toEqual({
      code: 2,
      stdout: '',
      stderr: `tx: trained/${name}: is a file of a run; give the run's folder: trained\n`,
    });
  }
});

it('tx config says what a config names and is not there', async () => {
  const { code, stdout, stderr } = await at(['config', config, '--set', 'data.test.src=none.en']);
  expect([code, stderr]).toEqual([1, 'tx: none.en: no such file or directory\n']);
  expect(stdout).toContain('none.en');
});

it('mistakes in a config exit with 2', async () => {
  for (const [argv, message] of [
    [
      ['config', config, '--set', `data.test.src=$\{TX_NONE}/a`],
      /the environment variable TX_NONE is not set/,
    ],
    [['config', '-'], /^tx: a config is read from a file, not from standard input\n$/],
    [['train', '-'], /^tx: a config is read from a file, not from standard input\n$/],
    [['config', 'bench/tiny'], /^tx: .*bench\/tiny\.yaml: is a config for tx bench train\n$/],
    [['bench', 'train', '--config', config], /^tx: toy\.yaml: is a config for tx train\n$/],
  ] as const) {
    const { code, stdout, stderr } = await at(argv);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  }
});

describe('translate', () => {
  const lines = [
    'The man sings at the market.',
    '',
    'The picture is red.',
    '  ',
    'A girl buys a book.',
    'Zyx!',
  ];

  it('gives a line for a line, in order', async () => {
    const all = await at(['translate', run], { stdin: lines.join('\n') });
    expect([all.code, all.stderr]).toEqual([0, '']);
    const translations = all.stdout.split('\n');
    expect(translations.pop()).toBe('');
    expect(translations).toHaveLength(lines.length);
    expect([translations[1], translations[3]]).toEqual(['', '']);
    for (const [i, line] of lines.entries()) {
      expect((await at(['translate', run], { stdin: `${line}\n` })).stdout).toBe(`${translations[i]}\n`);
    }
    expect(new Set(translations).size).toBeGreaterThan(2);
    const [input, output] = [toy.write('in.txt', `${lines.join('\r\n')}\r\n`), join(toy.dir, 'out.txt')];
    expect(await at(['translate', run, '-i', input, '-o', output])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(output, 'utf8')).toBe(all.stdout);
    expect(await at(['translate', run, '-i', input, '-o', '-'])).toEqual(all);
    const small = ['--batch-tokens', '8', '--threads', '1'];
    expect((await at(['translate', run, '-i', input, ...small])).stdout).toBe(all.stdout);
  });

  it('reads any text: packed, marked, from a file or from standard input', async () => {
    const stdin = `${lines.join('\n')}\n`;
    const all = await at(['translate', run], { stdin });
    const marked = Buffer.from(`\ufeff${lines.join('\r\n')}`);
    for (const content of [marked, gzipSync(marked)]) {
      expect(await at(['translate', run, '-i', '-'], { stdin: content })).toEqual(all);
      writeFileSync(join(toy.dir, 'any'), content);
      expect(await at(['translate', run, '-i', join(toy.dir, 'any')])).toEqual(all);
    }
  });

  it('gives the same in windows of any size', async () => {
    const input = toy.write('in.txt', `${lines.join('\n')}\n`);
    const all = await at(['translate', run, '-i', input, '--n-best', '2']);
    for (const size of ['1', '2', '5'])
      expect(await at(['translate', run, '-i', input, '--n-best', '2', '--buffer-size', size])).toEqual(all);
    const cut = toy.write('cut.txt', `ok\nok\n${'word '.repeat(60)}\n`);
    const { stderr } = await at(['translate', run, '-i', cut, '--buffer-size', '1']);
    expect(stderr).toMatch(/^tx: warning: line 3: \d+ tokens/);
  });

  it('translates a line as it is entered, and ends at SIGINT with what is done', async () => {
    const stdin = new PassThrough();
    const written: string[] = [];
    const stdout = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        written.push(chunk);
        done();
      },
    });
    const running = at(['translate', run], { stdin, stdout });
    for (const count of [1, 2]) {
      stdin.write('The picture is red.\n');
      await vi.waitFor(() => expect(written.join('').split('\n')).toHaveLength(count + 1), 20_000);
    }
    process.emit('SIGINT');
    const { code, stderr } = await running;
    expect([code, stderr]).toEqual([130, 'tx: warning: interrupted: 2 lines are done; go on at line 3\n']);
  });

  it('warns of text in another alphabet', async () => {
    const { code, stderr } = await at(['translate', run], {
      stdin: 'Картина красная, и это видно всем.\n'.repeat(3),
    });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^tx: warning: \d+% of the input's pieces are unknown/),
    ]);
  });

  it('refuses to overwrite its input', async () => {
    const input = toy.write('both.txt', 'The picture is red.\n');
    expect(await at(['translate', run, '-i', input, '-o', input])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tx: both.txt: is the input too, which would be overwritten; write to another file\n',
    });
    expect(readFileSync(input, 'utf8')).toBe('The picture is red.\n');
  });

  it('nothing comes of nothing', async () => {
    expect(await at(['translate', run])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await at(['translate', run], { stdin: '\n\n' })).stdout).toBe('\n\n');
  });

  it('gives several translations with their scores', async () => {
    const stdin = `${lines[0]}\n\n`;
    const { stdout } = await at(['translate', run, '--n-best', '2'], { stdin });
    const rows = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
    expect(rows.map(([line]) => line)).toEqual(['1', '1', '2']);
    expect(Number(rows[0]![1])).toBeGreaterThanOrEqual(Number(rows[1]![1]));
    expect(rows[2]).toEqual(['2', '0.0000', '']);
    const json = await at(['translate', run, '--n-best', '2', '--json'], { stdin });
    const objects = json.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(objects.map(({ source }) => source)).toEqual([lines[0], '']);
    expect(objects[0].translations.map(({ text }: { text: string }) => text)).toEqual([
      rows[0]![2],
      rows[1]![2],
    ]);
    expect(objects[1].translations).toEqual([{ text: '', score: 0 }]);
  });

  it('cuts what is too long, and says so', async () => {
    const { code, stdout, stderr } = await at(['translate', run], { stdin: `ok\n${'word '.repeat(60)}\n` });
    expect([code, stdout.split('\n').length]).toEqual([0, 3]);
    expect(stderr).toMatch(/^tx: warning: line 2: \d+ tokens, more than the model takes; it was cut\n$/);
    const long = 'Identifier expected. '.repeat(40);
    const many = await at(['translate', run], { stdin: `${long}\n`.repeat(5) });
    expect(many.stderr).toMatch(
      /^tx: warning: line 1: .* it was cut\ntx: warning: so with 4 other lines: more tokens than the model takes\n$/,
    );
  });

  it('works where the run has been moved to, without its config and data', async () => {
    const { stdout } = await at(['translate', run], { stdin: lines.join('\n') });
    const moved = join(toy.dir, 'moved');
    renameSync(run, moved);
    renameSync(toy.data.train.src![0]!, join(toy.dir, 'gone'));
    try {
      expect((await at(['translate', moved], { stdin: lines.join('\n') })).stdout).toBe(stdout);
    } finally {
      renameSync(moved, run);
      renameSync(join(toy.dir, 'gone'), toy.data.train.src![0]!);
    }
  });

  it.each<[string[], number, string]>([
    [['--n-best', '4'], 2, "--n-best 4 needs a --beam-size as large; the run's is 3"],
    [['--n-best', '4', '--beam-size', '2'], 2, '--n-best 4 needs a --beam-size as large; given is 2'],
    [['--n-best', '1.5'], 2, '--n-best 1.5: expected a whole number, found 1.5'],
    [['--beam-size', '0'], 2, '--beam-size 0: expected at least 1, found 0'],
    [['--length-penalty', '-1'], 2, '--length-penalty -1: expected at least 0, found -1'],
    [['--batch-tokens', '0'], 2, '--batch-tokens 0: expected at least 1, found 0'],
    [['--threads', '-1'], 2, '--threads expects a whole number from 0 to 256, not -1'],
    [['--threads', '99999'], 2, '--threads expects a whole number from 0 to 256, not 99999'],
    [['--buffer-size', '0'], 2, '--buffer-size expects a whole number from 1 to 1,000,000, not 0'],
    [['-i', 'none.txt'], 1, 'none.txt: no such file or directory'],
    [['-i', '.'], 1, '.: is a directory'],
    [['-o', '.'], 1, '.: is a directory'],
    [
      ['-o', 'none/out.txt'],
      1,
      'none/out.txt: cannot be written; is its folder there, and yours to write to?',
    ],
  ])('%j', async (argv, code, message) => {
    expect(await at(['translate', run, ...argv])).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
  });

  it('leaves an older output as it was when it fails', async () => {
    const output = toy.write('old.txt', 'old\n');
    const { code } = await at(['translate', run, '-o', output], { stdin: Buffer.from([0xff, 0x0a]) });
    expect([code, readFileSync(output, 'utf8')]).toEqual([1, 'old\n']);
  });
});

describe('a damaged run', () => {
  const damages: [string, (path: string) => void, RegExp][] = [
    [
      'no folder',
      (path) => rmSync(path, { recursive: true }),
      /^damaged: no such run; give a folder that tx train made$/,
    ],
    [
      'no config',
      (path) => rmSync(join(path, 'config.yaml')),
      /^damaged: not a run: it has no config\.yaml$/,
    ],
    [
      'another config',
      (path) => writeFileSync(join(path, 'config.yaml'), 'a: 1'),
      /^damaged\/config\.yaml:1:1: /,
    ],
    [
      'no parameters',
      (path) => rmSync(join(path, 'checkpoints'), { recursive: true }),
      /^damaged: no trained parameters yet; let tx train reach its first validation$/,
    ],
    [
      'cut parameters',
      (path) => truncateSync(join(path, 'checkpoints', 'model.safetensors'), 9000),
      /^damaged\/checkpoints\/model\.safetensors: not a safetensors file: /,
    ],
    [
      'other bytes as parameters',
      (path) => writeFileSync(join(path, 'checkpoints', 'model.safetensors'), 'garbage garbage garbage'),
      /^damaged\/checkpoints\/model\.safetensors: not a safetensors file: /,
    ],
    [
      'a parameter less',
      (path) => {
        const file = join(path, 'checkpoints', 'model.safetensors');
        const { tensors } = loadSafetensors(file);
        tensors.delete('encoder.0.selfAttn.q.weight');
        writeFileAtomic(file, encodeSafetensors(tensors));
      },
      /model\.safetensors: parameter encoder\.0\.selfAttn\.q\.weight is missing; the run's config and tokenizers need float32 \[16,16\]$/,
    ],
    [
      'a config of another size',
      (path) => {
        const text = readFileSync(join(path, 'config.yaml'), 'utf8');
        writeFileSync(join(path, 'config.yaml'), text.replace('dFf: 32', 'dFf: 64'));
      },
      /model\.safetensors: parameter \S+ is float32 \[[\d,]+\]; the run's config and tokenizers need float32 \[[\d,]+\]$/,
    ],
    [
      'no tokenizer',
      (path) => rmSync(join(path, 'tokenizers/shared.model')),
      /^damaged\/tokenizers\/shared\.model: no such file or directory/,
    ],
    [
      'a cut tokenizer',
      (path) => truncateSync(join(path, 'tokenizers/shared.model'), 300),
      /^damaged\/tokenizers\/shared\.model: not a SentencePiece model/,
    ],
    [
      'other bytes as tokenizer',
      (path) => copyFileSync(join(path, 'config.yaml'), join(path, 'tokenizers/shared.model')),
      /^damaged\/tokenizers\/shared\.model: not a (usable )?SentencePiece model/,
    ],
  ];

  it.each(damages)('%s', async (_name, damage, message) => {
    const path = join(toy.dir, 'damaged');
    cpSync(run, path, { recursive: true });
    try {
      damage(path);
      const { code, stdout, stderr } = await at(['translate', path], { stdin: 'The picture is red.\n' });
      const problem = stderr.split('\n')[0]!;
      expect([code === 1 || code === 2, stdout]).toEqual([true, '']);
      expect(problem.replace('tx: ', '')).toMatch(message);
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  });
});

describe('eval-bleu of a run', () => {
  it('scores the test set as training did', async () => {
    const stored = { json: result('test.json'), hyp: result('test.hyp'), ref: result('test.ref') };
    rmSync(join(run, 'results'), { recursive: true });
    const { code, stdout, stderr } = await at(['eval-bleu', run]);
    expect([code, stderr]).toEqual([0, '']);
    expect({ json: result('test.json'), hyp: result('test.hyp'), ref: result('test.ref') }).toEqual(stored);
    const { signature, verbose_score } = JSON.parse(stored.json);
    expect(stdout).toBe(`${verbose_score.replace('BLEU', `BLEU|${signature}`)}\n`);
    expect(stored.ref).toBe(readFileSync(toy.data.test!.tgt![0]!, 'utf8'));
    const files = ['--hyp', join(run, 'results/test.hyp'), '--ref', join(run, 'results/test.ref')];
    expect((await at(['eval-bleu', ...files])).stdout).toBe(stdout);
    const json = await at(['eval-bleu', run, '--json', '--tokenize', 'none', '--lowercase']);
    const again = await at(['eval-bleu', ...files, '--json', '--tokenize', 'none', '--lowercase']);
    expect(json.stdout).toBe(again.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject({ tok: 'none', case: 'lc' });
  });

  it('scores the validation set', async () => {
    const { code, stdout } = await at(['eval-bleu', run, '--on', 'valid']);
    expect([code, stdout.startsWith('BLEU|nrefs:1')]).toEqual([0, true]);
    expect(result('valid.ref')).toBe(readFileSync(toy.data.valid.tgt![0]!, 'utf8'));
    expect(JSON.parse(result('valid.json'))).toMatchObject({
      weights: expect.stringMatching(/best|averaged/),
    });
  });

  it('keeps the figures of other metrics beside', async () => {
    await at(['eval-bleu', run]);
    const stored = result('test.json');
    const { code, stdout } = await at(['eval-bleu', run, '--metrics', 'chrf,bleu', '--json']);
    const [bleu, chrf] = JSON.parse(stdout);
    expect([code, result('test.json'), bleu.name]).toEqual([0, stored, 'BLEU']);
    const kept = JSON.parse(result('test.chrf.json'));
    expect(kept).toEqual({
      weights: JSON.parse(stored).weights,
      score: expect.closeTo(chrf.score, 9),
      signature: chrf.signature,
      verbose_score: `chrF2 = ${chrf.score.toFixed(2)}`,
    });
    const page = join(toy.dir, 'page.html');
    const interval = await at(['eval-bleu', run, '--confidence', '--confidence-n', '20', '--html', page]);
    expect([interval.code, interval.stdout]).toEqual([0, expect.stringContaining('|bs:20|seed:12345|')]);
    expect(result('test.json')).toBe(stored);
    expect(readFileSync(page, 'utf8')).toContain('trained on data.test');
  });

  it('scores as a paper does', async () => {
    const { code, stdout } = await at(['eval-bleu', run, '--protocol', 'vaswani2017']);
    expect([code, stdout.split(': BLEU')[0]]).toEqual([0, 'vaswani2017 (de)']);
    const kept = JSON.parse(result('test.vaswani2017.json'));
    expect(kept).toMatchObject({ protocol: 'vaswani2017', lang: 'de', name: 'tokenized BLEU' });
    expect(stdout).toContain(kept.verbose_score);
    expect(kept.sacrebleu.signature).toBe(JSON.parse(result('test.json')).signature);
  });

  it('translates and scores a test set by its name', async () => {
    const folder = join(toy.dir, 'sets', 'wmt', 'wmt20_tworefs');
    mkdirSync(folder, { recursive: true });
    const lines = (path: string) => {
      const own = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      return Array.from({ length: 785 }, (_, i) => `${own[i % own.length]}\n`).join('');
    };
    const { src, tgt } = toy.data.test!;
    const texts = {
      'de-en.de': lines(src![0]!),
      'de-en.en': lines(tgt![0]!),
      'de-en.en.2': lines(toy.data.valid.tgt![0]!),
    };
    const entries = Object.entries(texts).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return [name, { sha256: createHash('sha256').update(text).digest('hex'), from: 'the toy corpus' }];
    });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ files: Object.fromEntries(entries) }));
    vi.stubEnv('TX_DATA', join(toy.dir, 'sets'));
    try {
      const set = ['--test-set', 'wmt20/tworefs', '--langpair', 'de-en'];
      const { code, stdout, stderr } = await at(['eval-bleu', run, ...set]);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^BLEU\|nrefs:2\|/);
      expect(JSON.parse(result('wmt20_tworefs.json'))).toMatchObject({
        weights: expect.stringMatching(/best|averaged/),
        verbose_score: stdout.trimEnd().replace(/^BLEU\|\S+/, 'BLEU'),
      });
      expect(result('wmt20_tworefs.ref')).toBe(texts['de-en.en']);
      expect(result('wmt20_tworefs.ref.2')).toBe(texts['de-en.en.2']);
      const hyp = join(run, 'results', 'wmt20_tworefs.hyp');
      expect((await at(['eval-bleu', '--hyp', hyp, ...set])).stdout).toBe(stdout);
      // The run's own languages are en and de.
      expect(await at(['eval-bleu', run, '--test-set', 'wmt20/tworefs'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^tx: wmt20\/tworefs en-de is not in sets \(TX_DATA\) or data; fetch it/,
        ),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('leaves parsers to another command', async () => {
    const parser = join(toy.dir, 'parser');
    cpSync(run, parser, { recursive: true });
    writeFileSync(join(parser, 'config.yaml'), printConfig(toy.parsing()));
    expect(await at(['eval-bleu', parser])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tx: parser: is a run of the task parsing, not translation; use tx eval-parse\n',
    });
  });

  it("compares text as the run's config says", async () => {
    const folder = join(toy.dir, 'preprocessed');
    const settings = [
      'preprocess={src: [moses, lowercase], tgt: [moses, lowercase]}',
      'evaluation={text: preprocessed, bleu: {tokenize: none, smoothMethod: floor, smoothValue: 0.2}}',
      'training.maxEpochs=3',
    ];
    await at(['train', config, '--run', folder, ...settings.flatMap((setting) => ['--set', setting])]);
    const stored = result('test.json', folder);
    const { stdout } = await at(['eval-bleu', folder]);
    expect(stdout).toContain('|tok:none|smooth:floor[0.20]|');
    expect(result('test.json', folder)).toBe(stored);
    expect(result('test.ref', folder)).toMatch(/^der .* \.$/m);
    // Another method does not take over the value of the run's.
    expect((await at(['eval-bleu', folder, '--smooth', 'add-k'])).stdout).toContain('|smooth:add-k[1.00]|');
    const prepared = 'the picture is red .\n';
    const both = ['--input-text', 'preprocessed', '--output-text', 'preprocessed'];
    const preprocessed = await at(['translate', folder, ...both], { stdin: prepared });
    const raw = await at(['translate', folder], { stdin: 'The picture is red.\n' });
    expect(preprocessed.stdout.replaceAll(' ', '')).toBe(raw.stdout.replaceAll(' ', ''));
    expect(preprocessed.stderr).toBe('');
    expect(await at(['translate', folder, ...both.slice(0, 2)], { stdin: prepared })).toEqual(raw);
    const shown = await at(['translate', folder, ...both.slice(2)], { stdin: 'The picture is red.\n' });
    expect(shown).toEqual(preprocessed);
    const doubted = await at(['translate', folder, ...both], { stdin: 'The picture is red.\n' });
    expect(doubted.stderr).toBe(
      'tx: warning: the input is said to be preprocessed, but the run\'s own steps would change 100% of its lines: line 1, "The picture is red.", to "the picture is red ."; is it raw text?\n',
    );
    expect(await at(['translate', folder, '--text', 'preprocessed'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'tx: --text is two options now, one for each side: --input-text and --output-text (raw or preprocessed)\n',
    });
  });

  it.each<[string[], number, string]>([
    [[], 2, 'give a run, or --hyp and --ref; see tx eval-bleu --help'],
    [['RUN', '--hyp', 'x'], 2, 'give a run, or --hyp and --ref, not both; see tx eval-bleu --help'],
    [['RUN', '--ref', 'x'], 2, 'give a run, or --hyp and --ref, not both; see tx eval-bleu --help'],
    [['--ref', 'x'], 2, 'missing --hyp; see tx eval-bleu --help'],
    [['--hyp', 'x', '--ref', 'x', '--on', 'test'], 2, '--on is for a run, not for files'],
    [['RUN', '--src', 'x'], 2, '--src is for files, not for a run'],
    [['RUN', '--paired-bs'], 2, '--paired-bs compares systems: give two or more runs, or files to --hyp'],
    [
      ['RUN', '--on', 'test', '--test-set', 'wmt14'],
      2,
      "--on names a set of the run's own, --test-set a known one: give one of them",
    ],
    [['RUN', '--test-set', 'wmt'], 2, 'no test set "wmt"; did you mean wmt13?'],
    [['RUN', '--on', 'train'], 2, '--on is one of test, valid; found "train"; see tx eval-bleu --help'],
    [['RUN', '--smooth-value', '1'], 2, '--smooth-value is for --smooth floor and add-k; exp takes no value'],
    [['none'], 2, 'none: no such run; give a folder that tx train made'],
  ])('%j', async (argv, code, message) => {
    const words = argv.map((word) => (word === 'RUN' ? run : word));
    expect(await at(['eval-bleu', ...words])).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
  });

  it('says which data are not there', async () => {
    const [path] = toy.data.test!.src!;
    renameSync(path!, `${path}.away`);
    try {
      expect(await at(['eval-bleu', run])).toEqual({
        code: 1,
        stdout: '',
        stderr: 'tx: test.en: no such file or directory\n',
      });
    } finally {
      renameSync(`${path}.away`, path!);
    }
    const bare = join(toy.dir, 'bare');
    const text = readFileSync(join(run, 'config.yaml'), 'utf8');
    cpSync(run, bare, { recursive: true });
    writeFileSync(join(bare, 'config.yaml'), text.replace(/^ {2}test:\n( {4}.*\n)+/m, ''));
    expect(await at(['eval-bleu', bare])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tx: bare/config.yaml: has no data.test; try --on valid\n',
    });
  });
});

describe('eval-bleu of several runs', () => {
  let weaker: string;
  const pair = () => [weaker, run];

  /** A copy of the run under another name, its config's text changed. */
  function copyOf(name: string, change: (config: string) => string): string {
    const copy = join(toy.dir, name);
    cpSync(run, copy, { recursive: true });
    writeFileSync(join(copy, 'config.yaml'), change(readFileSync(join(run, 'config.yaml'), 'utf8')));
    return copy;
  }

  beforeAll(async () => {
    weaker = join(toy.dir, 'weaker');
    await at(['train', config, '--run', weaker, '--set', 'training.maxEpochs=3']);
  });

  it('is that of their translations, and keeps them as of one run', async () => {
    const kept = () => pair().map((folder) => [result('test.json', folder), result('test.hyp', folder)]);
    for (const folder of pair()) await at(['eval-bleu', folder]);
    const alone = kept();
    const options = ['--paired-bs', '--paired-bs-n', '100'];
    const { code, stdout, stderr } = await at(['eval-bleu', ...pair(), ...options]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^System .*\nBaseline: weaker +\d.*\ntrained +\d/);
    expect(kept()).toEqual(alone);
    const hyps = pair().map((folder) => join(folder, 'results', 'test.hyp'));
    const files = [
      '--hyp',
      ...hyps,
      '--ref',
      join(run, 'results', 'test.ref'),
      '--names',
      'weaker',
      'trained',
    ];
    expect((await at(['eval-bleu', ...files, ...options])).stdout).toBe(stdout);
  });

  it('has the other forms, names and checkpoints', async () => {
    const [csv, html] = [join(toy.dir, 'runs.csv'), join(toy.dir, 'runs.html')];
    const argv = ['--on', 'valid', '--metrics', 'bleu,chrf', '--json', '--csv', csv, '--html', html];
    const { code, stdout } = await at([
      'eval-bleu',
      ...pair(),
      ...argv,
      '--names',
      'old',
      'new',
      '--checkpoint',
      'best',
    ]);
    expect(code).toBe(0);
    const rows: { system: string; name: string; score: number }[] = JSON.parse(stdout);
    expect(rows.map(({ system, name }) => `${system} ${name}`)).toEqual([
      'old BLEU',
      'old chrF2',
      'new BLEU',
      'new chrF2',
    ]);
    for (const [r, folder] of pair().entries()) {
      const kept = ['valid.json', 'valid.chrf.json'].map((name) => JSON.parse(result(name, folder)));
      expect(kept.map(({ score }) => score.toFixed(8))).toEqual(
        rows.slice(2 * r, 2 * r + 2).map(({ score }) => score.toFixed(8)),
      );
      expect(kept[0].weights).toBe('best');
    }
    expect(readFileSync(csv, 'utf8')).toMatch(/^new,BLEU,/m);
    expect(readFileSync(html, 'utf8')).toContain('<title>data.valid</title>');
  });

  it('as a paper scores', async () => {
    const { stdout, code } = await at(['eval-bleu', ...pair(), '--protocol', 'vaswani2017', '--json']);
    const scores = JSON.parse(stdout);
    expect([code, scores.map(({ system }: { system: string }) => system)]).toEqual([
      0,
      ['weaker', 'trained'],
    ]);
    expect(JSON.parse(result('test.vaswani2017.json', weaker)).score).toBe(scores[0].score);
  });

  it('translates nothing where scores would not compare', async () => {
    const other = copyOf('other-refs', (text) =>
      text.replace(/(test:\n(?: .*\n)*?.*)test\.de/, '$1valid.de'),
    );
    const prepared = copyOf('prepared', (text) => text.replace('text: raw', 'text: preprocessed'));
    const split = copyOf('split', (text) =>
      text.replace('text: raw', 'text: raw\n  bleu: { tokenize: char }'),
    );
    const plain = 'give --test-set, or files of tx translate to --hyp';
    const [ref, otherRef] = [toy.data.test!, toy.data.valid].map(
      ({ tgt }) => readFileSync(tgt![0]!, 'utf8').split('\n')[0],
    );
    const cases: [string[], number, string][] = [
      [
        [run, other],
        1,
        `test: trained and other-refs have other references: line 1 is "${ref}" and "${otherRef}"; ${plain}`,
      ],
      [[run, prepared], 2, `trained compares raw text, prepared preprocessed (evaluation.text): ${plain}`],
      [[run, split], 2, "BLEU's tokenize is 13a for trained and char for split: give --tokenize for both"],
      [[run, `${run}/`], 2, 'trained/: is given twice; compare it with another run'],
      [[...pair(), '--names', 'a'], 2, '--names has 1 name for 2 systems'],
      [[run, '--names', 'a'], 2, '--names is for files, not for a run'],
      [
        [...pair(), '--confidence'],
        2,
        '--confidence is for one system; --paired-bs and --paired-ar compare several',
      ],
      [[...pair(), '--hyp', 'x'], 2, 'give a run, or --hyp and --ref, not both; see tx eval-bleu --help'],
    ];
    const before = result('test.json');
    for (const [argv, code, message] of cases)
      expect(await at(['eval-bleu', ...argv])).toEqual({ code, stdout: '', stderr: `tx: ${message}\n` });
    expect(result('test.json')).toBe(before);
    const settled = await at(['eval-bleu', run, split, '--tokenize', 'intl']);
    expect(settled.stdout).toContain('|tok:intl|');
  });
});

it('leaves nothing unfinished in the folder of a run', () => {
  const files = readdirSync(run, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => file.includes('.tmp'))).toEqual([]);
});
