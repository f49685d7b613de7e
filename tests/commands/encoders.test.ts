// Encoders of Hugging Face's transformers: imported, embedded, filled, begun with, and written back.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/exchange/read.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { serveFiles } from '../data-scripts/server.ts';
import { folderOf, loadGolden, names } from '../exchange/checkpoints.ts';
import { type Result, tx } from './run.ts';

let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);
const lines = (text: string) => text.trimEnd().split('\n');
const parse = (text: string) => lines(text).map((line) => JSON.parse(line));

/** Runs a command on one thread; its results, where it succeeded without a word. */
async function results(argv: string[], stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await tx(
    [...argv, '--threads', '1'],
    stdin === undefined ? {} : { stdin },
  );
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tx-encoders-'));
  for (const name of names)
    expect((await tx(['import', 'hf', folderOf(name), '-o', at(name), '-q'])).code, name).toBe(0);
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true }));

describe('tx import hf', () => {
  it('tells what was taken, what was left, and what is not there', async () => {
    const { code, stdout, stderr } = await tx(['import', 'hf', folderOf('minilm'), '-o', at('told')]);
    expect([code, stdout]).toEqual([0, `${at('told')}\n`]);
    expect(lines(stderr)).toEqual([
      'bert: 2 layers of 16 units, 5,776 values in 39 tensors; heads: pooler',
      'not in it: masked words, next sentence',
      'left: embeddings.position_ids, a count that is made anew',
    ]);
    const json = await tx(['import', 'hf', folderOf('minilm'), '-o', at('json'), '--json']);
    expect([json.code, json.stderr]).toEqual([0, '']);
    expect(JSON.parse(json.stdout)).toEqual({
      run: at('json'),
      kind: 'bert',
      parameters: 5776,
      tensors: 39,
      heads: ['pooler'],
      missing: ['mlm', 'nsp'],
      left: [{ name: 'embeddings.position_ids', reason: 'a count that is made anew' }],
    });
    const { data, sessions } = JSON.parse(readFileSync(at('told', 'run.json'), 'utf8'));
    expect(Object.keys(data)).toEqual(['config.json', 'model.safetensors']);
    const weights = readFileSync(join(folderOf('minilm'), 'model.safetensors'));
    expect(data['model.safetensors'].sha256).toBe(createHash('sha256').update(weights).digest('hex'));
    expect(sessions).toMatchObject([{ ending: 'finished', toStep: 0 }]);
  });

  it('does not write over a run unless it is told to, nor over anything else', async () => {
    const again = (...more: string[]) => tx(['import', 'hf', folderOf('bert'), '-o', at('told'), ...more]);
    expect(await again()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already has a run: give --overwrite'),
    });
    expect((await again('--overwrite')).code).toBe(0);
    expect(readFileSync(at('told', 'config.yaml'), 'utf8')).toContain('segments: 2');
    writeFileSync(at('file'), 'mine');
    expect((await tx(['import', 'hf', folderOf('bert'), '-o', at('file')])).stderr).toContain('is a file');
  });

  it('leaves nothing of a checkpoint that is damaged', async () => {
    cpSync(folderOf('bert'), at('damaged'), { recursive: true });
    writeFileSync(at('damaged', 'model.safetensors'), 'no tensors');
    const { code, stdout, stderr } = await tx(['import', 'hf', at('damaged'), '-o', at('of-damaged')]);
    expect([code, stdout, existsSync(at('of-damaged'))]).toEqual([1, '', false]);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toContain('model.safetensors: not a safetensors file');
  });

  it('fetches a model of the hub by its name, once', async () => {
    const commit = 'a'.repeat(40);
    const files = readdirSync(folderOf('bert')).filter((name) => name !== 'golden.safetensors');
    const contents = files.map((name) => readFileSync(join(folderOf('bert'), name)));
    const siblings = files.map((rfilename, i) => {
      const [bytes, size] = [contents[i]!, contents[i]!.length];
      const blobId = createHash('sha1').update(`blob ${size}\0`).update(bytes).digest('hex');
      return { rfilename, size, blobId };
    });
    const server = await serveFiles({
      '/api/models/who/tiny/revision/main?blobs=true': Buffer.from(JSON.stringify({ sha: commit, siblings })),
      ...Object.fromEntries(files.map((name, i) => [`/who/tiny/resolve/${commit}/${name}`, contents[i]!])),
    });
    const data = process.env.TX_DATA;
    process.env.TX_DATA = at('corpora');
    try {
      const fetched = await tx(['import', 'hf', 'who/tiny', '-o', at('tiny'), '--from', server.address]);
      expect([fetched.code, fetched.stdout]).toEqual([0, `${at('tiny')}\n`]);
      const cache = at('corpora', 'huggingface', 'who', 'tiny', 'main');
      expect(readdirSync(cache)).toEqual([...files, 'files.json'].sort());
      const asked = server.requests.length;
      const again = ['import', 'hf', 'who/tiny', '-o', at('tiny'), '--overwrite', '--from', server.address];
      expect([(await tx(again)).code, server.requests.length]).toEqual([0, asked]);
      const tensorsOf = (run: string) => loadSafetensors(at(run, 'checkpoints', 'model.safetensors')).tensors;
      expect(tensorsOf('tiny')).toEqual(tensorsOf('bert'));
      const other = await tx(['import', 'hf', 'who/else', '--from', server.address]);
      expect([other.code, other.stderr]).toEqual([
        1,
        `tx: who/else: no such model for everyone at ${server.address}\n`,
      ]);
    } finally {
      if (data === undefined) delete process.env.TX_DATA;
      else process.env.TX_DATA = data;
      server.close();
    }
  });

  it('says what is wrong with its arguments', async () => {
    const failing = async (...argv: string[]) => (await tx(['import', ...argv])).stderr;
    expect(await failing('hf', 'a/b/c')).toContain(
      'a/b/c: no such folder, and no name of a model on the hub',
    );
    expect(await failing('hf', folderOf('bert'), '--revision', 'v1', '-o', at('x'))).toContain(
      'is a folder; --revision',
    );
    expect(await failing('onnx', folderOf('bert'))).toContain('hf');
  });
});

describe('tx embed', () => {
  it.each(names)('%s: vectors as those of transformers, of a run and of a checkpoint', async (name) => {
    const { tensors, facts } = loadGolden(name);
    const text = facts.texts.join('\n');
    for (const pooling of ['mean', 'first']) {
      const wanted = tensors.get(pooling)!.data as Float32Array;
      for (const folder of [at(name), folderOf(name)]) {
        const found = parse(await results(['embed', folder, '--pooling', pooling], text));
        expect(found.map((one) => one.text)).toEqual(facts.texts);
        const all = found.flatMap(({ vector }) => vector as number[]);
        expect(all).toHaveLength(wanted.length);
        expect(Math.max(...all.map((x, i) => Math.abs(x - wanted[i]!)))).toBeLessThan(1e-5);
      }
    }
  });

  it('into a matrix of NumPy, with the same numbers; whole or not at all', async () => {
    const text = 'a cat\n\nIt is so sunny today, the weather.\n';
    writeFileSync(at('texts.txt'), text);
    const json = parse(await results(['embed', at('bert'), '--normalize'], text));
    for (const { vector } of json) expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    const argv = ['embed', at('bert'), '-i', at('texts.txt'), '-o', at('v.npy'), '--normalize'];
    expect(await results([...argv, '--buffer-size', '2'])).toBe('');
    const bytes = readFileSync(at('v.npy'));
    const header = bytes.subarray(10, 128).toString();
    expect(bytes.subarray(0, 10).toString('latin1')).toBe('\x93NUMPY\x01\x00\x76\x00');
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 16\), \} *\n$/);
    const data = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + 128, bytes.byteOffset + bytes.length),
    );
    expect([...data]).toEqual(json.flatMap(({ vector }) => (vector as number[]).map(Math.fround)));
    writeFileSync(at('bad.txt'), Buffer.concat([Buffer.from('a\nb\n'), Buffer.of(0xff)]));
    const bad = await tx(['embed', at('bert'), '-i', at('bad.txt'), '-o', at('bad.npy')]);
    expect([bad.code, readdirSync(dir).filter((name) => name.includes('bad.npy'))]).toEqual([1, []]);
    expect((await tx(['embed', at('bert'), '-i', at('v.npy'), '-o', at('v.npy')])).code).toBe(2);
  });

  it('of any layer; the last is the default', async () => {
    const vectors = async (...more: string[]) =>
      (await results(['embed', at('distilbert'), ...more], 'a cat')).trim();
    expect(await vectors('--layer', '2')).toBe(await vectors());
    expect(
      new Set([await vectors('--layer', '0'), await vectors('--layer', '1'), await vectors()]).size,
    ).toBe(3);
    for (const layer of ['3', '-1', '0.5']) {
      const { code, stderr } = await tx(['embed', at('distilbert'), `--layer=${layer}`], { stdin: 'a' });
      expect([code, stderr]).toEqual([
        2,
        `tx: --layer expects a whole number from 0 to 2, the layers of this model, not ${layer}\n`,
      ]);
    }
  });

  it('cuts what is too long, and says so', async () => {
    const { code, stdout, stderr } = await tx(['embed', at('bert'), '--threads', '1'], {
      stdin: `${'a '.repeat(50)}\n`,
    });
    expect([code, lines(stdout).length]).toEqual([0, 1]);
    expect(stderr).toBe('tx: warning: line 1: 50 tokens, more than the model takes; its end was cut off\n');
  });
});

describe('tx fill', () => {
  const filled = names.filter((name) => loadGolden(name).facts.fill !== undefined);

  it.each(filled)('%s: words and probabilities as those of transformers', async (name) => {
    const { text, pieces, probabilities } = loadGolden(name).facts.fill!;
    const [found] = parse(await results(['fill', at(name), '--json'], text));
    expect([found.text, found.hidden.length]).toEqual([text, 1]);
    const [words] = found.hidden as [{ piece: string; probability: number }[]];
    expect(words.map(({ piece }) => piece)).toEqual(pieces);
    for (const [i, { probability }] of words.entries()) expect(probability).toBeCloseTo(probabilities[i]!, 6);
  });

  it('tells each hidden word on a line of its own', async () => {
    const out = await results(['fill', at('bert'), '--top', '2'], 'The [MASK] is [MASK].\n[MASK]\n');
    expect(lines(out)).toHaveLength(3);
    for (const line of lines(out)) expect(line).toMatch(/^\S+ [01]\.\d{4}\t\S+ [01]\.\d{4}$/);
  });

  it('takes texts as arguments', async () => {
    const found = parse(await results(['fill', at('bert'), '[MASK] a', 'the\n[MASK] [MASK]', '--json']));
    expect(found.map(({ text, hidden }) => [text, hidden.length])).toEqual([
      ['[MASK] a', 1],
      ['the\n[MASK] [MASK]', 2],
    ]);
    const both = await tx(['fill', at('bert'), '[MASK]', '-i', at('texts.txt')]);
    expect([both.code, both.stderr]).toEqual([2, 'tx: give texts as arguments or --input, not both\n']);
    expect((await tx(['fill', at('bert'), '[MASK]', 'none'])).stderr).toContain('text 2: has no hidden word');
    const out = at('arguments.npy');
    expect(await results(['embed', at('bert'), 'a', 'b', '-o', out])).toBe('');
    expect(readFileSync(out)).toHaveLength(128 + 2 * 16 * 4);
  });

  it('says what a text, a model or an option lacks', async () => {
    const fail = async (argv: string[], stdin = '[MASK]\n') =>
      (await tx(['fill', ...argv], { stdin })).stderr;
    expect(await fail([at('bert')], 'a [MASK]\nthe cat\n')).toBe(
      'tx: standard input:2: has no hidden word; write [MASK] for one\n',
    );
    expect(await fail([at('roberta')], '[MASK]\n')).toContain('write <mask> for one');
    expect(await fail([at('minilm')])).toContain('has no head that tells hidden words');
    for (const top of ['0', '1.5', '56'])
      expect(await fail([at('bert'), '--top', top])).toContain(`--top expects a whole number from 1 to 55`);
  });
});

describe('tx export --format hf', () => {
  it.each(names)('%s: what was imported, as it was', async (name) => {
    const out = at(`${name}-out`);
    const { code, stdout } = await tx(['export', at(name), '--format', 'hf', '-o', out]);
    expect([code, stdout]).toEqual([0, `${out}\n`]);
    const wanted = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
    expect(readdirSync(out)).toEqual(wanted);
    const [before, after] = [readCheckpoint(folderOf(name)), readCheckpoint(out)];
    expect(after.tensors).toEqual(before.tensors);
    expect([after.model, after.heads, after.left]).toEqual([before.model, before.heads, []]);
    const text = loadGolden(name).facts.texts.join('\n');
    expect(await results(['embed', out], text)).toBe(await results(['embed', at(name)], text));
  });

  it('never writes into a folder that has something', async () => {
    const { code, stderr } = await tx(['export', at('bert'), '--format', 'hf', '-o', dir]);
    expect([code, stderr]).toEqual([2, `tx: ${dir}: is not empty; give a folder that is not there yet\n`]);
  });
});

describe('a training that begins with a checkpoint', () => {
  const rows = [
    'text\tlabel',
    ...['a cat', 'a dog', 'the sun', 'so sunny'].map((text, i) => `${text}\t${i % 2}`),
  ];
  const data = () => {
    writeFileSync(at('rows.tsv'), `${rows.join('\n')}\n`);
    const split = `{ kind: table, files: ${at('rows.tsv')}, text: text, label: label }`;
    return `
task: classification
threads: 1
data: { train: ${split}, valid: ${split}, batchSentences: 4 }
training: { maxSteps: 1, average: 0 }
optimizer: { type: adamw }
schedule: { type: constant, learningRate: 0.001 }
`;
  };
  const train = async (run: string, config: string): Promise<Result> => {
    writeFileSync(at(`${run}.yaml`), config);
    return tx(['train', at(`${run}.yaml`), '--run', at(run)]);
  };

  it('takes model and tokenizer of the run that was imported, and all that it has of the model', async () => {
    const config = `include: ${at('bert/config.yaml')}\n${data()}init: { from: ${at('bert')} }\n`;
    const { code, stderr } = await train('fine', config);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
    expect(stderr).toContain(`took 39 parameters of 41 from ${at('bert/checkpoints/model.safetensors')}`);
    expect(stderr).toContain('not in that run, so begun anew: classifier.weight, classifier.bias');
    const first = loadSafetensors(new RunFolder(at('fine')).checkpoint('best')).tensors.get('embed.weight')!;
    const before = readCheckpoint(folderOf('bert')).tensors.get('embed.weight')!;
    const floats = [first, before].map(({ data }) => data as Float32Array);
    const moved = floats[0]!.map((x, i) => Math.abs(x - floats[1]![i]!));
    expect(Math.max(...moved)).toBeLessThan(0.002);
    const out = at('fine-hf');
    const exported = await tx(['export', at('fine'), '--format', 'hf', '-o', out]);
    expect([exported.code, exported.stderr]).toEqual([
      0,
      'bert, BertForSequenceClassification: 41 tensors\n',
    ]);
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      problem_type: 'single_label_classification',
      id2label: { 0: '0', 1: '1' },
    });
    const probabilities = async (...argv: string[]) => results([...argv], 'a cat\n');
    expect(await probabilities('embed', at('fine'))).toBe(await probabilities('embed', out));
  });

  it('goes on with its pre-training, heads included, and is written back with them', async () => {
    const document = 'The weather is lovely today. So sunny! The cat is so sunny. It is a lovely dog.\n';
    writeFileSync(at('text.txt'), `${document}\n`.repeat(4));
    const split = `{ kind: documents, files: ${at('text.txt')} }`;
    const config = `
include: ${at('bert/config.yaml')}
task: bert
threads: 1
data: { train: ${split}, valid: ${split}, contextLength: 20, batchTokens: 80 }
training: { maxSteps: 1, average: 0 }
optimizer: { type: adamw }
schedule: { type: constant, learningRate: 0.001 }
init: { from: ${at('bert')} }
`;
    const { code, stderr } = await train('more', config);
    expect([code, stderr.includes('warning: init')]).toEqual([0, false]);
    expect(stderr).toContain(`took 46 parameters of 46 from ${at('bert/checkpoints/model.safetensors')}`);
    const exported = await tx(['export', at('more'), '--format', 'hf', '-o', at('more-hf')]);
    expect(exported.stderr).toBe('bert, BertForPreTraining: 46 tensors\n');
    const text = 'the cat is [MASK]\n';
    expect(await results(['fill', at('more')], text)).toBe(await results(['fill', at('more-hf')], text));
  });

  it('of a folder of transformers; a classifier of the mean has no class there, and is told', async () => {
    const model = readFileSync(at('bert/config.yaml'), 'utf8').split('model:')[1]!;
    const tokenizers = `tokenizers: { text: { type: huggingface, file: ${folderOf('bert')} } }`;
    const config = `${data()}${tokenizers}\nhead: { pooling: mean }\nmodel:${model}`;
    const from = `init: { from: ${folderOf('bert')}, format: huggingface }`;
    const { code, stderr } = await train('mean', `${config}\n${from}\n`);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
    expect(stderr).toContain(`took 37 parameters of 39 from ${folderOf('bert')}`);
    const exported = await tx(['export', at('mean'), '--format', 'hf', '-o', at('mean-hf')]);
    expect(exported.stderr).toContain(
      'warning: not in it: classifier.weight: there heads of whole texts read what the pooler makes of the first place, this one reads: mean',
    );
    expect(readCheckpoint(at('mean-hf')).architecture).toBe('BertModel');
  });

  it('of parsing, with a rate of its own for the encoder, which is written back without the heads', async () => {
    writeFileSync(
      at('trees.mrg'),
      '(S (NP (DT a) (NN cat)) (VP (VBZ is)))\n(S (NP (NN dog)) (VP (VBZ is)))\n',
    );
    const split = `{ kind: trees, files: ${at('trees.mrg')} }`;
    const config = `
include: ${at('bert/config.yaml')}
task: parsing
threads: 1
data: { lang: en, train: ${split}, valid: ${split}, batchSentences: 2 }
model: { type: encoder }
training: { maxSteps: 1, average: 0 }
optimizer: { type: adam, rates: { encoder: 0.001, embed: 0.001 } }
schedule: { type: constant, learningRate: 0.001 }
init: { from: ${at('bert')} }
`;
    const { code, stderr } = await train('parser', config);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
    const exported = await tx(['export', at('parser'), '--format', 'hf', '-o', at('parser-hf')]);
    const left = lines(exported.stderr).slice(1);
    expect(lines(exported.stderr)[0]).toBe('bert, BertModel: 37 tensors');
    expect(left).toHaveLength(12);
    for (const line of left)
      expect(line).toMatch(/^tx: warning: not in it: (spans|tagger)\.\S+: bert has no such part$/);
    const [before, after] = [readCheckpoint(folderOf('bert')), readCheckpoint(at('parser-hf'))];
    const far = (name: string) => {
      const [a, b] = [before, after].map(({ tensors }) => tensors.get(name)!.data as Float32Array);
      return Math.max(...a!.map((x, i) => Math.abs(x - b![i]!)));
    };
    expect(far('encoder.0.ff.in.weight')).toBeLessThan(2e-6);
    expect(far('positions.weight')).toBeGreaterThan(5e-4);
  });

  it('warns where the model means something else by the parameters, or the tokenizer by the rows', async () => {
    const model = readFileSync(at('bert/config.yaml'), 'utf8').split('model:')[1]!;
    const other = model.replace('numHeads: 4', 'numHeads: 2').replace('activation: gelu', 'activation: relu');
    const tokenizers = 'tokenizers: { text: { type: word, size: 12 } }';
    const from = `init: { from: ${folderOf('bert')}, exclude: [embed] }`;
    const { stderr } = await train('other', `${data()}${tokenizers}\nmodel:${other}\n${from}\n`);
    expect(stderr).toContain(
      'warning: init.from: model.numHeads is 2, there 4; model.activation is relu, there gelu: the parameters were trained for another model',
    );
    expect(stderr).toContain(
      `warning: init.from: the tokenizer text is not one of that run, so rows of embeddings stand for other pieces; to have it: tokenizers: { text: { type: huggingface, file: ${folderOf('bert')} } }`,
    );
  });

  it('is refused where there is no such thing', async () => {
    const include = `include: ${at('bert/config.yaml')}\n${data()}`;
    const fail = async (init: string) => (await train('none', `${include}init: ${init}\n`)).stderr;
    expect(await fail(`{ from: ${at('bert')}, format: huggingface }`)).toContain(
      'no checkpoint of transformers',
    );
    expect(await fail(`{ from: ${folderOf('bert')}, format: run }`)).toContain('not a run');
    expect(await fail(`{ from: ${folderOf('bert')}, checkpoint: best }`)).toContain('has no others');
  });

  it('is not one of the imported encoder itself', async () => {
    const { code, stderr } = await tx(['train', at('bert'), '--overwrite']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('name its folder in init.from of a config of another task'),
    ]);
    expect((await tx(['classify', at('bert')], { stdin: 'x\n' })).stderr).toContain('use tx embed');
    expect((await tx(['embed', at('nowhere')])).stderr).toContain('no such run');
  });
});

const minilm = [process.env.TX_MINILM, process.env.TX_DATA && join(process.env.TX_DATA, 'minilm')].find(
  (folder) => folder && existsSync(join(folder, 'config.json')),
);

it.skipIf(!minilm)(
  'the real MiniLM (skipped: no TX_MINILM)',
  async () => {
    const texts = "The weather is lovely today.\nIt's so sunny outside!\nHe drove to the stadium.\n";
    const [a, b, c] = parse(await results(['embed', minilm!, '--normalize'], texts)).map(
      ({ vector }) => vector,
    );
    const product = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    expect(product(a, b)).toBeCloseTo(0.666, 4);
    expect(product(a, c)).toBeCloseTo(0.1046, 4);
    expect(product(b, c)).toBeCloseTo(0.1411, 4);
  },
  60_000,
);
