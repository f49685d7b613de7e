// Candidates for command lines, in a folder with configs, runs and files.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerShell } from '../../../src/commands/completion/answer.ts';
import { complete } from '../../../src/commands/completion/candidates.ts';
import type { Declarations } from '../../../src/commands/completion/declarations.ts';
import { gatherDeclarations } from '../../../src/commands/completion/gather.ts';
import { commandNames } from '../../../src/commands/index.ts';
import { listConfigs } from '../../../src/config/resolve.ts';
import { tx } from '../run.ts';

const before = process.cwd();
const dir = mkdtempSync(join(tmpdir(), 'tx-complete-'));
let declarations: Declarations;

const write = (path: string, text = '') => {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
};

beforeAll(async () => {
  declarations = await gatherDeclarations();
  for (const run of ['runs/base', 'runs/big/new', 'elsewhere/old']) write(`${run}/config.yaml`, 'name: x\n');
  for (const name of ['last', 'best', 'step-10', 'step-9'])
    write(`runs/base/checkpoints/${name}.safetensors`);
  write('runs/notes/todo.txt');
  write('base.yaml', 'name: base\nschedule: { type: noam }\n');
  write('speech.yml', 'task: classification\n');
  write('my model.yaml', 'include: base.yaml\ntask: lm\ntokenizers: { text: { type: word } }\n');
  write('broken.yaml', 'a: [\n');
  write('.hidden.yaml');
  write('text.de');
  process.chdir(dir);
});
afterAll(() => {
  process.chdir(before);
  rmSync(dir, { recursive: true });
});

/** What may stand at the end of the line; `+ files` where names of files may too. */
async function candidates(line: string): Promise<string[]> {
  const found = await complete(line, declarations);
  return [...found.candidates.map(({ text }) => text), ...(found.takesFiles ? ['+ files'] : [])];
}

const FOLDERS = ['elsewhere/', 'runs/'];

it.each<[string, string[]]>([
  ['tx', []],
  ['tx tr', ['train', 'translate', 'tree']],
  ['TX_DATA=x tx tr', ['train', 'translate', 'tree']],
  ['tx -q tr', ['train', 'translate', 'tree']],
  ['tx nonsense ', []],
  ['tx nonsense --', []],
  ['tx help tr', ['train', 'translate', 'tree']],
  ['tx help train ', []],
  ['tx --', ['--quiet', '--help', '--version']],
  // Configs: those of the package, then files.
  ['tx train qui', ['quickstart', '+ files']],
  ['tx train multi', ['multi30k/', '+ files']],
  ['tx train multi30k/', ['multi30k/en-de-tiny', '+ files']],
  ['tx train b', ['bert/', 'base.yaml', 'broken.yaml', '+ files']],
  ['tx train my\\ ', ['my model.yaml', '+ files']],
  ['tx train "my m', ['my model.yaml', '+ files']],
  ['tx train .', ['.hidden.yaml', '+ files']],
  ['tx train runs/', ['runs/base', 'runs/big/', 'runs/notes/', '+ files']],
  ['tx config base', ['base.yaml', '+ files']],
  ['tx bench train --config=ben', ['--config=bench/', '+ files']],
  ['tx bench train --config bench/t', ['bench/tiny', '+ files']],
  ['tx bench ', ['train', 'scale']],
  ['tx inspect runs/base --show ma', ['masks']],
  ['tx inspect runs/base --compare runs/b', ['runs/base', 'runs/big/new', '+ files']],
  ['tx inspect runs/base --word ', []],
  ['tx rasp ', ['run', 'trace', 'check']],
  ['tx rasp run so', ['sort', '+ files']],
  ['tx rasp run sort --input ', []],
  ['tx study multi30k/', ['multi30k/table-3', '+ files']],
  ['tx train multi30k/', ['multi30k/en-de-tiny', '+ files']],
  ['tx study x.yaml --set model.dropo', ['model.dropout=']],
  // Runs.
  ['tx translate ', ['runs/base', 'runs/big/new', '+ files']],
  ['tx translate runs/big', ['runs/big/new', '+ files']],
  ['tx translate else', ['elsewhere/', '+ files']],
  ['tx translate elsewhere/', ['elsewhere/old', '+ files']],
  ['tx eval-bleu runs/base runs/b', ['runs/base', 'runs/big/new', '+ files']],
  ['tx average runs/base ', ['runs/base', 'runs/big/new', '+ files']],
  ['tx report ', ['kv-cache', 'runs/base', 'runs/big/new', '+ files']],
  ['tx report runs/base k', ['+ files']],
  ['tx report kv-cache multi30k/', ['multi30k/en-de-tiny', '+ files']],
  ['tx report kv-cache runs/base my', ['my model.yaml', '+ files']],
  ['tx report kv-cache runs/b', ['runs/base', 'runs/big/', 'runs/big/new', '+ files']],
  ['tx report kv-cache runs/base --dtype ', ['float16', 'float32']],
  ['tx lm ', ['generate', 'score']],
  ['tx lm generate runs/ba', ['runs/base', '+ files']],
  // Checkpoints.
  ['tx translate runs/base --checkpoint ', ['best', 'last', 'step-10', 'step-9', '+ files']],
  ['tx lm generate runs/base --checkpoint=s', ['--checkpoint=step-10', '--checkpoint=step-9', '+ files']],
  ['tx translate --checkpoint ', ['+ files']],
  ['tx train base.yaml --resume --from ', ['best', 'step-9', 'step-10']],
  ['tx train x.yaml --run runs/base --resume --from=', ['--from=best', '--from=step-9', '--from=step-10']],
  ['tx train base.yaml --run ', ['+ files']],
  // Options and their choices.
  ['tx translate runs/base --n', ['--n-best']],
  ['tx translate runs/base --n-best 3 --n', []],
  ['tx translate runs/base --input-t', ['--input-text']],
  ['tx runs --sort s', ['score', 'started']],
  ['tx runs --sort=s', ['--sort=score', '--sort=started']],
  ['tx runs --state running f', ['finished', 'failed']],
  ['tx eval-bleu --metrics ', ['bleu', 'chrf', 'ter']],
  ['tx eval-bleu -m bleu,', ['bleu,chrf', 'bleu,ter']],
  ['tx tree --format ht', ['html']],
  ['tx tree -f ht', ['html']],
  ['tx translate runs/base --beam-size ', []],
  ['tx eval-bleu --langpair ', []],
  ['tx eval-bleu --nonsense=', []],
  ['tx completion ', ['bash', 'zsh', 'fish']],
  // Nothing is left but options; after -- not even these.
  ['tx completion bash ', ['--quiet', '--help', '--version']],
  ['tx completion bash -- ', []],
  ['tx completion -- ', ['bash', 'zsh', 'fish']],
  // Files are the shell's.
  ['tx eval-bleu --hyp a.de ', ['+ files']],
  ['tx eval-bleu --html=', ['+ files']],
  ['tx translate runs/base -i te', ['+ files']],
  ['tx init ', ['+ files']],
  // What the package knows by name.
  ['tx data mu', ['multi30k']],
  ['tx eval-bleu --test-set wmt14', ['wmt14', 'wmt14/full']],
  ['tx eval-bleu -t multi', ['multi30k', 'multi30k/val']],
  // Settings, by the config's task and what it settles.
  ['tx train base.yaml --set mod', ['model.']],
  ['tx train base.yaml --set=see', ['--set=seed=']],
  ['tx train base.yaml --set model.numEnc', ['model.numEncoderLayers=']],
  ['tx train base.yaml --set model.norm=', ['model.norm=pre', 'model.norm=post']],
  ['tx train base.yaml --set=model.norm=po', ['--set=model.norm=post']],
  ['tx train base.yaml --set "model.norm=po', ['model.norm=post']],
  [
    'tx train base.yaml --set logging.tensorboard=',
    ['logging.tensorboard=true', 'logging.tensorboard=false'],
  ],
  ['tx train base.yaml --set seed=', []],
  ['tx train base.yaml --set nonsense.', []],
  ['tx train base.yaml --set head', []],
  ['tx train speech.yml --set head', ['head.']],
  ['tx train speech.yml --set evaluation', []],
  ['tx train my\\ model.yaml --set model.numL', ['model.numLayers=']],
  ['tx train my\\ model.yaml --set model.numEnc', []],
  ['tx train my\\ model.yaml --set tokenizers.', ['tokenizers.text.']],
  ['tx train my\\ model.yaml --set tokenizers.text.si', ['tokenizers.text.size=']],
  ['tx train base.yaml --set schedule.f', ['schedule.factor=']],
  ['tx train base.yaml --set schedule.type=constant --set schedule.f', []],
  [
    'tx train base.yaml --set schedule.type=',
    ['noam', 'inverseSqrt', 'constant', 'linear', 'cosine'].map((type) => `schedule.type=${type}`),
  ],
  [
    'tx train speech.yml --set task=',
    [
      'translation',
      'parsing',
      'lm',
      'bert',
      'classification',
      'regression',
      'tagging',
      'rasp',
      'encoder',
    ].map((t) => `task=${t}`),
  ],
  ['tx train base.yaml --set optimizer.type=sgd --set optimizer.m', ['optimizer.momentum=']],
  ['tx train base.yaml --set optimizer.type=adam --set optimizer.m', []],
  [
    'tx train base.yaml --set data.train.kind=parallel --set data.train.',
    expect.arrayContaining(['data.train.src=']),
  ],
  // Of all tasks where the config cannot be read.
  ['tx train broken.yaml --set hea', ['head.']],
  ['tx train --set pars', ['parsing.']],
  ['tx train runs/base --set see', ['seed=']],
  ['tx bench train --set batchS', ['batchSentences=']],
  ['tx bench train --set train', []],
  ['tx runs --filter training.maxE', ['training.maxEpochs=']],
])('%s', async (line, expected) => {
  expect(await candidates(line)).toEqual(expected);
});

describe('everything there is', () => {
  it('all commands', async () => {
    expect(await candidates('tx ')).toEqual(commandNames);
  });

  it('every config that comes with tx, by either command', async () => {
    const own = listConfigs();
    const steps = new Set(own.map((name) => name.replace(/\/.*/, '/')));
    const [training, benchmarks] = [
      await candidates('tx train '),
      await candidates('tx bench train --config '),
    ];
    for (const step of steps) expect([...training, ...benchmarks]).toContain(step);
    expect(training.filter((name) => FOLDERS.includes(name))).toEqual(FOLDERS);
  });

  it.each(commandNames)('every option of tx %s that its help has', async (name) => {
    const { stdout } = await tx([name, '--help']);
    const told = new Set(stdout.match(/(?<=^\s.*)--[a-z][\w-]*(?=,|\s\s)/gm));
    const offered = await candidates(`tx ${name} --`);
    const { options } = declarations.commands[name]!;
    const aliases = Object.values(options).flatMap((option) => option.aliases.map((alias) => `--${alias}`));
    expect([...told].filter((option) => !offered.includes(option) && !aliases.includes(option))).toEqual([]);
    expect(offered.length).toBeGreaterThan(2);
  });
});

describe('the answer to a shell', () => {
  it('says whether files may follow, then a line for each candidate with what it is', async () => {
    expect(await answerShell(['tx train qui'])).toBe('files\nquickstart\n');
    const { stdout, code, stderr } = await tx(['__complete', 'tx tra']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\ntrain\tTrain a model as [^\n]{0,60}…\ntranslate\tTranslate lines[^\n]*\n$/);
  });

  it.each(['', ' ', 'tx \0 train ', '"', "tx 'train", `tx ${'"\\'.repeat(1000)}`])(
    '%j is no error',
    async (line) => {
      const { code, stderr } = await tx(['__complete', line]);
      expect([code, stderr]).toEqual([0, '']);
    },
  );

  it('no words at all are no error either', async () => {
    expect(await tx(['__complete'])).toMatchObject({ code: 0, stderr: '' });
  });
});

it('an answer loads nothing that takes long', () => {
  const source = join(import.meta.dirname, '../../../src');
  const seen = new Set<string>();
  const packages = new Set<string>();
  // What is imported for its values, before anything runs.
  const follow = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm,
    ))
      if (name!.startsWith('.')) follow(join(dirname(path), name!));
      else packages.add(name!);
  };
  for (const entry of ['cli.ts', 'commands/completion/answer.ts']) follow(join(source, entry));
  const own = [...packages].filter((name) => !name.startsWith('node:')).sort();
  expect(own).toEqual(['fastest-levenshtein', 'picocolors']);
});
