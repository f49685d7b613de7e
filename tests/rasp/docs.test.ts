// docs/rasp.md has every function and every program, as the sources describe them. With -u vitest writes the tables anew.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtins } from '../../src/rasp/builtins.ts';
import { checkProgram } from '../../src/rasp/check.ts';
import { loadProgram } from '../../src/rasp/load.ts';
import type { CallableParameter } from '../../src/rasp/meaning.ts';
import { neededFor } from '../../src/rasp/operations.ts';
import { compile, libraryFunctions } from '../../src/rasp/program.ts';
import { listPrograms } from '../../src/rasp/program-files.ts';

const path = join(import.meta.dirname, '..', '..', 'docs', 'rasp.md');

/** In columns, as the formatter leaves it. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((_, c) => Math.max(...[heads, ...rows].map((row) => row[c]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, c) => cell.padEnd(widths[c]!)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
const code = (text: string): string => `\`${text}\``;

function writeDefault({ name, byDefault }: CallableParameter): string {
  if (byDefault === undefined) return name;
  if (byDefault.type === 'text') return `${name}="${byDefault.text}"`;
  const { constant, kind } = (byDefault as { scalar: { constant: number; kind: string } }).scalar;
  return `${name}=${kind === 'bool' ? 'True' : constant}`;
}

const core = () =>
  Object.entries(builtins).map(([name, { parameters, doc }]) => [
    code(`${name}(${parameters.map(writeDefault).join(', ')})`),
    doc,
  ]);

/** What stands for the parameters of the library where its length is counted. */
const SAMPLES: Record<string, string> = { n: '1', offset: '1', idx: 'indices' };

function library(): string[][] {
  const { source, functions } = libraryFunctions();
  return functions.map(({ name, parameters, start }) => {
    const given = parameters
      .filter(({ byDefault }) => byDefault === undefined)
      .map((one) => SAMPLES[one.name] ?? 'tokens');
    const program = compile(`out = ${name}(${given.join(', ')}); return out == out;`, name);
    const out = program.operations.find((operation) => operation.name === 'out')!;
    const [signature] = source.text.slice(start + 'def '.length).split(' {');
    const doc = source.commentAbove(start).replace(/"([^"]+)"/g, '`$1`');
    return [code(signature!), doc, String(neededFor(out).length - 1)];
  });
}

const programs = () =>
  listPrograms().map((name) => {
    const program = loadProgram(name);
    const { length, depth } = checkProgram(program, { lengths: 1, examples: 1, seed: 1 });
    return [
      code(name),
      program.source.commentAbove(program.source.text.indexOf('alphabet')).replace(/\.( .*)?$/, '.'),
      String(length),
      String(depth),
    ];
  });

it('docs/rasp.md has the functions and programs', async () => {
  const blocks: Record<string, string> = {
    core: table(['function', 'what it gives at each place'], core()),
    library: table(['function', 'what it gives at each place', 'operations'], library()),
    programs: table(['program', 'what it does', 'operations', 'attention layers'], programs()),
  };
  const text = readFileSync(path, 'utf8');
  const written = text.replace(
    /(<!-- (\w+): made of the source -->\n).*?(<!-- end -->)/gs,
    (_, start, name, end) => `${start}\n${blocks[name]}\n\n${end}`,
  );
  for (const name of Object.keys(blocks)) expect(text).toContain(`<!-- ${name}: made of the source -->`);
  await expect(written).toMatchFileSnapshot(path);
});
