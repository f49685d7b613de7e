// A training that diverges, from the message to a run that can be used again, all by commands; and what using a run
// says whose parameters are not finite.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Toy } from '../train/toy.ts';
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
model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 40 }
training: { maxSteps: 60, validateSteps: 4, scoreEvery: 0, selectBy: loss, average: 2 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
decode: { beamSize: 2, maxExtraLength: 5 }
`;

let toy: Toy;
let folder: RunFolder;

async function at(argv: readonly string[], stdin = ''): Promise<Result> {
  const { code, stdout, stderr } = await tx(argv, { stdin });
  const strip = (text: string) => text.replaceAll(`${toy.dir}/`, '');
  return { code, stdout: strip(stdout), stderr: strip(stderr) };
}

beforeAll(async () => {
  toy = new Toy();
  folder = new RunFolder(join(toy.dir, 'run'));
  const config = toy.write('toy.yaml', CONFIG);
  const { code } = await at(['train', config, '--run', folder.path, '--set', 'training.maxSteps=8']);
  expect(code).toBe(0);
});
afterAll(() => toy.remove());

it('a training that diverges ends with a command to paste, which goes back and trains on', async () => {
  const train = ['train', folder.config, '--run', folder.path, '--resume', '--set', 'training.maxSteps=40'];
  const { code, stderr } = await at([...train, '--set', 'schedule.learningRate=1e25']);
  expect([code, stderr.trimEnd().split('\n').slice(-2)]).toEqual([
    1,
    [
      'tx: warning: go back with: npx tx train run/config.yaml --run run --resume --from best --set schedule.learningRate=5e+24',
      'tx: the loss was not finite for 20 updates up to 29: training diverged; go back to update 8 with --resume --from best, and lower the learning rate or set optimizer.clipNorm',
    ],
  ]);
  const words = /npx tx (.*)\n/.exec(stderr)![1]!.split(' ').slice(0, -1);
  const back = words.map((word) => word.replace(/^run(?=$|\/)/, folder.path));
  const again = await at([...back, 'schedule.learningRate=0.005', '--set', 'training.maxSteps=12']);
  expect([again.code, again.stderr]).toEqual([
    0,
    expect.stringContaining(
      "back at update 8 with the parameters of best; the optimizer's state begins at zero",
    ),
  ]);
  expect((await at(['translate', folder.path], 'The picture is red.\n')).code).toBe(0);
});

it.each<[string[], string]>([
  [['--from', 'best'], '--from needs --resume'],
  [
    ['--resume', '--from', 'model'],
    'run: no checkpoint model to go back to; there are: best, step-8, step-12',
  ],
  [
    ['--resume', '--from', '../best'],
    'run: no checkpoint ../best to go back to; there are: best, step-8, step-12',
  ],
])('%j is refused', async (options, message) => {
  const { code, stderr } = await at(['train', folder.config, '--run', folder.path, ...options]);
  expect([code, stderr]).toEqual([2, `tx: ${message}\n`]);
});

function spoil(name: string, value: number): void {
  const path = folder.checkpoint(name);
  const { tensors, metadata } = loadSafetensors(path);
  (tensors.get('decoder.0.feedForward.inner.weight') ?? [...tensors.values()][0]!).data.fill(value as never);
  writeFileSync(path, Buffer.concat([...encodeSafetensors(tensors, metadata)]));
}

it('a run whose parameters hold NaN or ∞ says so and which checkpoint to use', async () => {
  const LINE = 'The picture is red.\n';
  const sound = await at(['translate', folder.path, '--checkpoint', 'step-8'], LINE);
  expect([sound.code, sound.stderr]).toEqual([0, '']);
  spoil('model', Number.NaN);
  for (const command of ['translate', 'eval-bleu']) {
    const { code, stdout, stderr } = await at([command, folder.path], LINE);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^tx: run\/checkpoints\/model\.safetensors: \S+ holds NaN or ∞, as after a training that diverged; use --checkpoint best, or train on from there with --resume --from\n$/,
    );
    const other = await at([command, folder.path, '--checkpoint', 'best'], LINE);
    expect([command, other.code]).toEqual([command, 0]);
  }
  spoil('best', Number.POSITIVE_INFINITY);
  spoil('step-12', Number.NaN);
  const { stderr } = await at(['translate', folder.path], LINE);
  expect(stderr).toContain('; use --checkpoint step-8, or train on');
  spoil('step-8', Number.NaN);
  spoil('averaged', Number.NaN);
  expect((await at(['translate', folder.path], LINE)).stderr).toContain('no other one is sound: train anew');
});

it('finite parameters whose scores are not are told with the text of the line', async () => {
  spoil('model', 1e30);
  const { code, stderr } = await at(['translate', folder.path], '\nThe picture is red.\n');
  expect([code, stderr]).toEqual([
    1,
    'tx: no output for "The picture is red." has a finite score, as after a training that diverged; use another --checkpoint\n',
  ]);
});

it.each([
  ['translate', []],
  ['eval-bleu', []],
])('%s refuses a checkpoint that is not there', async (command, options) => {
  const { code, stderr } = await at([command, folder.path, '--checkpoint', '../model', ...options]);
  expect([code, stderr]).toEqual([
    2,
    'tx: run: no checkpoint ../model; there are: averaged, best, last, model, step-12, step-8\n',
  ]);
});
