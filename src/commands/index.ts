// The commands of `tx` by name, in the order of its help, each loaded when it is asked for: loading all of them takes
// several times as long as a short command. Adding one takes its file and a line here.
import type { Command } from './command.ts';

const loaders: Record<string, () => Promise<Command>> = {
  init: async () => (await import('./init.ts')).init,
  train: async () => (await import('./train.ts')).trainCommand,
  translate: async () => (await import('./translate.ts')).translate,
  parse: async () => (await import('./parse.ts')).parse,
  lm: async () => (await import('./lm.ts')).lmCommand,
  classify: async () => (await import('./classify.ts')).classify,
  embed: async () => (await import('./embed.ts')).embed,
  fill: async () => (await import('./fill.ts')).fill,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  tokenizer: async () => (await import('./tokenizer.ts')).tokenizerCommand,
  'eval-bleu': async () => (await import('./eval-bleu.ts')).evalBleu,
  'eval-parse': async () => (await import('./eval-parse.ts')).evalParse,
  tree: async () => (await import('./tree.ts')).tree,
  runs: async () => (await import('./runs.ts')).runs,
  report: async () => (await import('./report.ts')).report,
  study: async () => (await import('./study.ts')).studyCommand,
  rasp: async () => (await import('./rasp.ts')).raspCommand,
  average: async () => (await import('./average.ts')).average,
  import: async () => (await import('./import.ts')).importCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  config: async () => (await import('./config.ts')).config,
  data: async () => (await import('./data.ts')).data,
  completion: async () => (await import('./completion.ts')).completion,
  bench: async () => (await import('./bench.ts')).bench,
};

export const commandNames: readonly string[] = Object.keys(loaders);

/** The command of this name alone; all of them where there is none of it. */
export async function loadCommands(name?: string): Promise<Command[]> {
  const load = name === undefined || !Object.hasOwn(loaders, name) ? undefined : loaders[name];
  return Promise.all((load === undefined ? Object.values(loaders) : [load]).map((one) => one()));
}
