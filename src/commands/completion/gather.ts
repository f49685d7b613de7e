// The declarations of all commands, from what they tell yargs.
import type { Argv } from 'yargs';
import { z } from 'zod';
import { metricNames } from '../../metrics/index.ts';
import { benchSchemas } from '../../train/bench-workloads.ts';
import { exporterNames } from '../../trees/exporters/index.ts';
import { normalizationNames } from '../../trees/normalize.ts';
import type { Command } from '../command.ts';
import { loadCommands } from '../index.ts';
import { rootParser } from '../root-parser.ts';
import type { CommandDeclaration, Declarations, OptionDeclaration } from './declarations.ts';
import type { JsonSchema } from './settings.ts';

/** The values of options that are checked by their commands and not by yargs. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  metrics: metricNames,
  format: exporterNames,
  normalize: normalizationNames,
};

/** What yargs knows of declared options. */
interface Known {
  key: Record<string, unknown>;
  alias: Record<string, string[]>;
  array: string[];
  boolean: string[];
  number: string[];
  narg: Record<string, number>;
  choices: Record<string, string[]>;
}

interface Inside {
  getOptions(): Known;
  getInternalMethods(): { getUsageInstance(): { getDescriptions(): Record<string, string | undefined> } };
}

export async function gatherDeclarations(): Promise<Declarations> {
  const commands = await loadCommands();
  const schemas = Object.entries(benchSchemas).map(
    ([task, schema]) =>
      [task, z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema] as const,
  );
  return {
    commands: Object.fromEntries(
      commands.map((command) => [command.command.split(' ')[0]!, declare(command)]),
    ),
    benchmarks: Object.fromEntries(schemas),
  };
}

function declare({ command, describe, builder }: Command): CommandDeclaration {
  const built = builder(rootParser(80)) as Argv & Inside;
  const known = built.getOptions();
  const texts = built.getInternalMethods().getUsageInstance().getDescriptions();
  const choicesOf = (name: string) => {
    const choices = known.choices[name] ?? CHOICES[name];
    return choices === undefined ? {} : { choices: [...choices] };
  };
  const positionals = [...command.matchAll(/[<[]([\w-]+)(\.\.)?[>\]]/g)].map(([, name, many]) => ({
    name: name!,
    isMany: many !== undefined,
    ...choicesOf(name!),
  }));
  const aliases = new Set(Object.values(known.alias).flat());
  const names = Object.keys(known.key).filter(
    (name) => !aliases.has(name) && !positionals.some((positional) => positional.name === name),
  );
  const options = names.map((name): [string, OptionDeclaration] => {
    const isList = known.array.includes(name);
    const isFlag = known.boolean.includes(name);
    const isMany = isList && known.narg[name] !== 1;
    return [
      name,
      {
        describe: (texts[name] ?? '').replace('__yargsString__:', ''),
        aliases: known.alias[name] ?? [],
        takes: isFlag ? 'none' : isMany ? 'many' : 'one',
        repeats: isList,
        isNumber: known.number.includes(name),
        ...choicesOf(name),
      },
    ];
  });
  return { describe, positionals, options: Object.fromEntries(options) };
}
