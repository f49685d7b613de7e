// `tx import`: models that were made elsewhere, as runs.
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { corporaFolder } from '../data/known-corpora.ts';
import type { Checkpoint } from '../exchange/read.ts';
import { RunFolder } from '../run/run-folder.ts';
import { importCheckpoint } from '../tasks/import-checkpoint.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { isFolder } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { packageRoot } from '../util/package.ts';
import { type Context, defineCommand } from './command.ts';
import { formatCommand } from './invocation.ts';

/** data-scripts/huggingface.mjs. */
interface Hub {
  isName(name: string): boolean;
  fetchModel(
    name: string,
    options: { revision?: string | undefined; out: string; from?: string | undefined },
    log: (line: string) => void,
  ): Promise<string>;
}

/** What heads are for, as people know them. */
const HEADS: Readonly<Record<string, string>> = {
  pooler: 'pooler',
  mlm: 'masked words',
  nsp: 'next sentence',
  classifier: 'classes',
  tagger: 'classes of words',
};

export const importCommand = defineCommand({
  command: 'import <format> <source>',
  describe: 'A model that was made elsewhere, as a run',
  builder: (yargs) =>
    yargs
      .positional('format', {
        choices: ['hf'] as const,
        demandOption: true,
        describe: "hf: BERT, DistilBERT, RoBERTa or MiniLM for Hugging Face's transformers",
      })
      .positional('source', {
        type: 'string',
        demandOption: true,
        describe: "A folder that transformers' save_pretrained wrote, or the name of a model on the hub",
      })
      .option('output', {
        alias: ['o', 'out'],
        type: 'string',
        requiresArg: true,
        describe: "The run's folder [default: runs/ and the last part of the source's name]",
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace the run that is there' })
      .option('revision', {
        type: 'string',
        requiresArg: true,
        describe: 'Of the hub: a branch, a tag or a commit [default: main]',
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'The address of the hub [default: HF_ENDPOINT, else https://huggingface.co]',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Tell what was taken as JSON' })
      .example('$0 import hf minilm/', 'Take a folder')
      .example(
        '$0 import hf sentence-transformers/all-MiniLM-L6-v2',
        'Fetch it from the hub, into the folder of corpora',
      ),
  run: async (args, context) => {
    const { source, output, overwrite, json } = args;
    const name = basename(resolve(source));
    const run = new RunFolder(output ?? join('runs', name));
    checkTarget(run, overwrite);
    const folder = await findSource(args, context);
    const checkpoint = await importCheckpoint(folder, run, {
      command: formatCommand(process.argv.slice(2)),
      warn: (message) => context.log.warn(message),
    });
    if (!json) tell(checkpoint, context);
    const { kind, tensors, heads, missing, left } = checkpoint;
    const about = {
      run: run.path,
      kind,
      parameters: countValues(checkpoint),
      tensors: tensors.size,
      heads,
      missing,
      left,
    };
    context.stdout.write(json ? `${JSON.stringify(about, null, 2)}\n` : `${run.path}\n`);
  },
});

function checkTarget(run: RunFolder, overwrite: boolean): void {
  if (!run.isUsed()) return;
  if (!run.hasRun())
    throw new UsageError(`${run.path}: has files but no run; give another folder with --output`);
  if (!overwrite)
    throw new UsageError(
      `${run.path} already has a run: give --overwrite to replace it, or another --output`,
    );
}

/** The folder that is named, or that of a model on the hub, which is fetched unless it is there. */
async function findSource(
  { source, revision, from }: { source: string; revision?: string | undefined; from?: string | undefined },
  { log }: Context,
): Promise<string> {
  if (isFolder(source)) {
    if (revision !== undefined || from !== undefined)
      throw new UsageError(`${source}: is a folder; --revision and --from are for models on the hub`);
    return source;
  }
  const script = pathToFileURL(join(packageRoot, 'data-scripts/huggingface.mjs')).href;
  const hub = (await import(script)) as Hub;
  if (!hub.isName(source))
    throw new UsageError(`${source}: no such folder, and no name of a model on the hub`);
  const out = join(corporaFolder(process.env), 'huggingface');
  try {
    return await hub.fetchModel(source, { revision, out, from }, (line) => log.info(line));
  } catch (error) {
    const { message, exitCode } = error as Error & { exitCode?: number };
    throw exitCode === 2 ? new UsageError(message) : new UserError(message);
  }
}

const countValues = ({ tensors }: Checkpoint): number =>
  [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);

function tell(checkpoint: Checkpoint, { log }: Context): void {
  const { kind, model, tensors, heads, missing, left } = checkpoint;
  const named = (names: readonly string[]) => names.map((name) => HEADS[name] ?? name).join(', ') || 'none';
  const size = `${model.numLayers} layers of ${model.dModel} units, ${formatCount(countValues(checkpoint))} values`;
  log.info(`${kind}: ${size} in ${tensors.size} tensors; heads: ${named(heads)}`);
  if (missing.length > 0) log.info(`not in it: ${named(missing)}`);
  for (const { name, reason } of left) log.info(`left: ${name}, ${reason}`);
}
