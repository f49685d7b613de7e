// What is read back from a run: tokenizers, checkpoints in safetensors, the files of its folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import { removeFixture, trainFixture } from './material.ts';

let fixture: string;
let hunt: Hunt;
beforeAll(async () => {
  fixture = await trainFixture();
  hunt = new Hunt(fixture);
});
afterAll(() => {
  hunt.remove();
  removeFixture(fixture);
});

const read = (path: string) => readFileSync(join(fixture, 'run', path));
const translate = { argv: ['translate', '{}/run'], stdin: 'The house is old.\n\nA cat.\n' };
const score = { argv: ['eval-bleu', '{}/run', '--on', 'valid'] };
const resume = { argv: ['train', '{}/run', '--resume', '--set', 'training.maxSteps=3'] };
const report = { argv: ['report', '{}/run'] };
const again = { argv: ['train', '{}/config.yaml', '--run', '{}/run', '--overwrite'] };

test(
  'tokenizers',
  async () => {
    const model = read('tokenizers/shared.model');
    const bytes = fc.oneof(
      { arbitrary: damaged(model), weight: 6 },
      fc.uint8Array({ maxLength: 300 }),
      oddText.map((text) => Buffer.from(text)),
      fc.constantFrom(read('config.yaml'), read('decode.onnx'), Buffer.concat([model, model])),
    );
    const trials = sample(bytes, 60).flatMap((content, i): Trial[] => {
      if (i % 3 === 0) {
        const argv = [
          'train',
          '{}/config.yaml',
          '--run',
          '{}/run-2',
          '--set',
          'tokenizers.shared={ type: sentencepiece, file: "{}/out.model" }',
        ];
        return [{ name: `tokenizer ${i} given`, argv, files: { 'out.model': content } }];
      }
      return [{ name: `tokenizer ${i}`, ...translate, files: { 'run/tokenizers/shared.model': content } }];
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

/** A safetensors file of this header over the data of another. */
function withHeader(file: Uint8Array, header: unknown, length?: bigint): Uint8Array {
  const size = Number(Buffer.from(file).readBigUInt64LE(0));
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([prefix, text, file.subarray(8 + size)]);
}

/** Files whose header says something else. */
function altered(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const size = Number(Buffer.from(file).readBigUInt64LE(0));
  const header = JSON.parse(Buffer.from(file).toString('utf8', 8, 8 + size)) as Record<string, object>;
  const name = fc.constantFrom(...Object.keys(header).filter((key) => key !== '__metadata__'));
  const odd = fc.constantFrom<unknown>(
    null,
    0,
    -1,
    1e300,
    '',
    'F32',
    'F16',
    'BF16',
    'Q9',
    [],
    [0],
    [-1],
    [1e9, 1e9],
    [2 ** 53, 2],
    [0, 4],
    [4, 0],
    [1e300, 2e300],
    {},
    true,
    [[1]],
  );
  const entry = fc
    .tuple(name, fc.constantFrom('dtype', 'shape', 'data_offsets', 'x', undefined), odd)
    .map(([key, field, value]) => ({
      ...header,
      [key]: field === undefined ? value : { ...header[key], [field]: value },
    }));
  const progress = JSON.parse((header.__metadata__ as Record<string, string>)['tx.progress'] ?? '{}');
  const told = fc
    .tuple(
      fc.constantFrom(...Object.keys(progress), 'x'),
      fc.oneof(odd, fc.constantFrom<unknown>(['../../victim'], 'step-1', NaN)),
    )
    .map(([key, value]) => ({
      ...header,
      __metadata__: { ...header.__metadata__, 'tx.progress': JSON.stringify({ ...progress, [key]: value }) },
    }));
  return fc.oneof(
    { arbitrary: entry.map((h) => withHeader(file, h)), weight: 4 },
    { arbitrary: told.map((h) => withHeader(file, h)), weight: 4 },
    { arbitrary: damaged(file), weight: 3 },
    fc
      .constantFrom('', '{', '[]', '{}', 'null', '"x"', '{"a":1}', `{"a":${'['.repeat(3000)}`)
      .map((text) => withHeader(file, text)),
    fc.constantFrom(0n, 2n ** 63n, 2n ** 40n, 7n).map((length) => withHeader(file, header, length)),
    fc.constant(withHeader(file, header).map((byte, i) => (i > 8 + size ? 255 : byte))),
  );
}

test(
  'checkpoints',
  async () => {
    const model = sample(altered(read('checkpoints/model.safetensors')), 45).map(
      (content, i): Trial => ({
        name: `model ${i}`,
        ...(i % 5 === 0 ? score : translate),
        files: { 'run/checkpoints/model.safetensors': content },
      }),
    );
    const last = sample(altered(read('checkpoints/last.safetensors')), 45).map(
      (content, i): Trial => ({
        name: `last ${i}`,
        ...resume,
        files: { 'run/checkpoints/last.safetensors': content },
      }),
    );
    expect(await hunt.run([...model, ...last])).toEqual([]);
  },
  PATIENCE,
);

test(
  'what training told',
  async () => {
    const names = ['metrics.jsonl', 'run.json', 'config.yaml'];
    const results = ['data.json', 'valid.src', 'valid.hyp', 'valid.ref', 'valid.jsonl'].map(
      (name) => `results/${name}`,
    );
    const number = fc.constantFrom(0, -1, 1.5, 1e21, 1e308, -1e308, '1', null, [], {});
    const event = fc
      .record({
        event: fc.constantFrom('step', 'validation', 'result', 'x'),
        step: number,
        epoch: number,
        seconds: number,
        loss: number,
        best: fc.constantFrom(true, 1),
        metric: oddText,
        score: number,
        set: oddText,
      })
      .map((one) => JSON.stringify(one));
    const events = fc.array(event, { maxLength: 20 }).map((lines) => Buffer.from(lines.join('\n')));
    const trial = fc.constantFrom(...names, ...results).chain((name) => {
      const whole = name.endsWith('valid.jsonl') ? Buffer.from('{"text":"a","label":"b"}\n') : read(name);
      const content = fc.oneof(
        { arbitrary: damaged(whole), weight: 4 },
        oddText.map((text) => Buffer.from(text)),
        ...(name === 'metrics.jsonl' ? [{ arbitrary: events, weight: 8 }] : []),
      );
      const form = fc.constantFrom([], ['--json'], ['--format', 'text']);
      return fc.tuple(fc.constant(name), content, form);
    });
    const trials = sample(trial, 120).map(
      ([name, content, form], i): Trial => ({
        name: `${name} ${i}`,
        argv: [...report.argv, ...form],
        files: { [`run/${name}`]: content },
        isConfig: true,
      }),
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'folders',
  async () => {
    const names = fc.constantFrom(
      ...[
        'config.yaml',
        'tokenizers/shared.model',
        'tokenizers',
        'metrics.jsonl',
        'decode.onnx',
        'checkpoints/model.safetensors',
      ],
      ...[
        'checkpoints/best.safetensors',
        'checkpoints/last.safetensors',
        'checkpoints',
        'results',
        'data.json',
        'results/valid.json',
      ],
    );
    const contents = fc.oneof(
      fc.constantFrom<string | Uint8Array | null>(null, '', 'x\n', '{}\n', Buffer.from([255, 254, 0])),
      oddText,
      fc.constant(read('config.yaml')).chain(damaged),
    );
    const commands = fc.constantFrom<Pick<Trial, 'argv' | 'stdin'>>(translate, score, resume, again, report, {
      argv: ['parse', '{}/run'],
      stdin: 'A cat.\n',
    });
    const trials = sample(
      fc.tuple(
        fc.uniqueArray(names, { minLength: 1, maxLength: 2, selector: (path) => path.split('/')[0] }),
        contents,
        commands,
      ),
      80,
    ).map(
      ([paths, content, command], i): Trial => ({
        name: `folder ${i} ${paths} ${command.argv.join(' ')}`,
        ...command,
        files: Object.fromEntries(paths.map((path) => [`run/${path}`, content])),
        isConfig: true,
      }),
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
