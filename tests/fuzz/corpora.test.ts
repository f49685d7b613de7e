// Text: parallel files, tables, standard input.
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import {
  BERT_CONFIG,
  CLASSIFICATION_CONFIG,
  CONFIG,
  CORPUS,
  DE,
  EN,
  LM_CONFIG,
  lines,
  TABLE,
} from './material.ts';

const hunt = new Hunt();
afterAll(() => hunt.remove());

const english = Buffer.from(lines(EN));
const oddLines = fc
  .array(fc.oneof(oddText, fc.constantFrom(...EN)), { maxLength: 8 })
  .map((text) => lines(text));

/** A file's content: mostly a corpus with something odd in it. */
const content: fc.Arbitrary<string | Uint8Array | null> = fc.oneof(
  { arbitrary: oddLines, weight: 4 },
  { arbitrary: damaged(english), weight: 3 },
  { arbitrary: damaged(gzipSync(english)), weight: 2 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
  {
    arbitrary: fc.constantFrom<string | Uint8Array | null>(
      null,
      '',
      '\n',
      lines(EN).trimEnd(),
      lines(EN).replaceAll('\n', '\r\n'),
      lines(EN).replaceAll('\n', '\r'),
      lines(EN).replaceAll('\n', '\u2028'),
      `\ufeff${lines(EN)}`,
      Buffer.from(lines(EN), 'utf16le'),
      Buffer.from(lines(DE), 'latin1'),
      'a'.repeat(300_000),
      `${'word '.repeat(40_000)}\n`.repeat(6),
      `${'\u4e2d'.repeat(90_000)}\n`.repeat(6),
      Buffer.alloc(17_000_000, 'ab '),
      gzipSync(Buffer.alloc(50_000_000)),
      gzipSync(lines(EN)),
      Buffer.concat([gzipSync(lines(EN)), gzipSync(lines(DE))]),
      '\n'.repeat(100_000),
    ),
    weight: 3,
  },
);

const FILES = ['train.en', 'train.de'] as const;

test(
  'a training corpus',
  async () => {
    const trials = sample(fc.tuple(content, fc.constantFrom(...FILES), fc.boolean()), 70).map(
      ([bytes, file, both], i): Trial => {
        const files = { ...CORPUS, [file]: bytes, ...(both && { 'train.en': bytes, 'train.de': bytes }) };
        const argv = ['train', '{}/config.yaml', '--run', '{}/run', '--set', 'training.maxSteps=1'];
        const steps = i % 3 === 0 ? 'preprocess: { src: [moses, lowercase], tgt: [nfkc] }\n' : '';
        const config = steps + CONFIG.replace('type: bpe', i % 2 === 0 ? 'type: bpe' : 'type: word');
        return { name: `corpus ${i}`, argv, files: { ...files, 'config.yaml': config } };
      },
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'documents',
  async () => {
    const ends = fc.constantFrom('blankLine', 'line', 'file');
    const trials = sample(fc.tuple(content, ends, fc.boolean()), 40).map(([bytes, end, isWord], i): Trial => {
      const config = LM_CONFIG.replace('type: bpe', isWord ? 'type: word' : 'type: bpe');
      const files = {
        'train.en': bytes,
        'config.yaml': config.replaceAll('.en" }', `.en", end: ${end} }`),
      };
      const argv = ['train', '{}/config.yaml', '--run', '{}/run', '--set', 'training.maxSteps=1'];
      return { name: `documents ${i} ${end}`, argv, files };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'sentences',
  async () => {
    const ends = fc.constantFrom('blankLine', 'line', 'file');
    const settings = fc.constantFrom(
      'objective.nextSentence=false',
      'data.sentences=lines',
      'masking.wholeWords=true',
      'masking.probability=1',
      'data.contextLength=8',
      'data.dupeFactor=1',
      'data.lang=xx',
    );
    const given = fc.tuple(content, ends, fc.boolean(), settings);
    const trials = sample(given, 40).map(([bytes, end, isValid, setting], i): Trial => {
      // One of the splits is as it should be, so that the other alone may have nothing to learn from.
      const sound = isValid ? 'train: ' : 'valid: ';
      const config = BERT_CONFIG.replaceAll('.en" }', `.en", end: ${end} }`).replace(
        new RegExp(`${sound}.*`),
        `${sound}{ kind: documents, files: "{}/sound.txt" }`,
      );
      const files = {
        'train.en': bytes,
        'sound.txt': `${lines(EN)}\n${lines(DE)}`,
        'config.yaml': config,
      };
      const argv = ['train', '{}/config.yaml', '--run', '{}/run', '--set', 'training.maxSteps=1'];
      return { name: `sentences ${i} ${end} ${setting}`, argv: [...argv, '--set', setting], files };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'labelled tables',
  async () => {
    const bytes = fc.oneof(content, damaged(Buffer.from(TABLE)));
    const trials = sample(fc.tuple(bytes, fc.boolean()), 40).map(([table, isValid], i): Trial => {
      // One of the splits is as it should be, so that labels may be in the other alone.
      const config = CLASSIFICATION_CONFIG.replace(
        isValid
          ? 'train: { kind: table, files: "{}/table.csv"'
          : 'valid: { kind: table, files: "{}/table.csv"',
        isValid ? 'train: { kind: table, files: "{}/good.csv"' : 'valid: { kind: table, files: "{}/good.csv"',
      );
      const files = { 'table.csv': table, 'good.csv': TABLE, 'config.yaml': config };
      const argv = ['train', '{}/config.yaml', '--run', '{}/run', '--set', 'training.maxSteps=1'];
      return { name: `labelled ${i}`, argv, files };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'texts to score',
  async () => {
    const trials = sample(fc.tuple(content, content, fc.boolean()), 70).map(([hyp, ref, same], i): Trial => {
      const options = [
        ['--metrics', 'bleu,chrf,ter'],
        ['--tokenize', 'zh', '--confidence', '--confidence-n', '5'],
        ['--metrics', 'ter', '--ter-normalized', '--ter-asian-support', '--json'],
        ['--html', '{}/out.html', '--csv', '{}/out.csv', '--sentences-csv', '{}/out-2.csv'],
      ][i % 4]!;
      const files = { hyp: same ? ref : hyp, ref };
      return {
        name: `scored ${i}`,
        argv: ['eval-bleu', '--hyp', '{}/hyp', '--ref', '{}/ref', ...options],
        files,
      };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test.skipIf(!existsSync('/dev/zero'))(
  'text without end',
  async () => {
    const endless = ['/dev/zero', '/dev/urandom', '/dev/null', '/dev/full'];
    const trials = endless.flatMap((path): Trial[] => {
      const config = CONFIG.replace('"{}/train.en"', path);
      const files = { ...CORPUS, 'config.yaml': config };
      return [
        { name: `train ${path}`, argv: ['train', '{}/config.yaml', '--run', '{}/run'], files },
        { name: `score ${path}`, argv: ['eval-bleu', '--hyp', path, '--ref', '{}/train.de'], files },
        { name: `config ${path}`, argv: ['config', path] },
        { name: `parse ${path}`, argv: ['eval-parse', path, '{}/train.de'], files },
      ];
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'tables',
  async () => {
    const good = EN.map((en, i) => `${en}\t${DE[i]}\n`).join('');
    const quoted = `en,de\n${EN.map((en, i) => `"${en}","${DE[i]}"\n`).join('')}`;
    const table = fc.oneof(
      fc.tuple(fc.constantFrom('table.tsv', 'table.csv', 'table.txt', 'table.tsv.gz'), content),
      fc.tuple(fc.constantFrom('table.tsv', 'table.csv'), damaged(Buffer.from(good))),
      fc.tuple(fc.constant('table.csv'), damaged(Buffer.from(quoted))),
      fc.tuple(
        fc.constant('table.csv'),
        fc.constantFrom(
          '"',
          '"a',
          'a,b\n"c,d\n',
          'en,de\n,\n',
          'en\nde\n',
          'en,en\na,b\n',
          ',',
          '"en"x,de\n1,2\n',
        ),
      ),
    );
    const columns = fc.constantFrom(
      ['0', '1'],
      ['en', 'de'],
      ['0', '0'],
      ['7', '8'],
      ['"x y"', 'de'],
      ['""', 'de'],
    );
    const trials = sample(fc.tuple(table, columns), 60).map(([[name, bytes], [src, tgt]], i): Trial => {
      const split = `{ kind: table, files: "{}/${name}", src: ${src}, tgt: ${tgt} }`;
      const config = CONFIG.replace(/\{ kind: .* \}/, split);
      const argv = ['train', '{}/config.yaml', '--run', '{}/run', '--set', 'training.maxSteps=1'];
      return {
        name: `table ${i} ${name} ${src} ${tgt}`,
        argv,
        files: { ...CORPUS, [name]: bytes, 'config.yaml': config },
        isConfig: true,
      };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
