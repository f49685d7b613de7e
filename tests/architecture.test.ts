// The law of dependency and the absences that ARCHITECTURE.md lists, checked on the syntax trees of all of src/.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** A file imports only from its own room or from a lower layer; rooms of one layer never meet. */
const LAYERS = [
  ['util', 'tensor'],
  ['onnx', 'tensorboard', 'tokenizers', 'metrics', 'trees', 'rasp', 'config'],
  ['graph', 'data', 'report'],
  ['autograd', 'nn', 'optim', 'runtime', 'rasp-report', 'tree-report'],
  ['models', 'decode'],
  ['objectives', 'exchange'],
  ['run'],
  ['run-report', 'inspect'],
  ['train'],
  ['tasks'],
  ['study'],
  ['commands'],
];
const TOP = ['cli.ts'];

/** Rooms that must not meet although their layers would allow it. */
const STRANGERS = [['models', 'autograd']];

/** Only these rooms may import the package. */
const RESERVED: Record<string, string[]> = {
  'onnxruntime-node': ['runtime'],
  koffi: ['runtime'],
  '@resvg/resvg-js': ['report'],
  yargs: ['commands', 'cli.ts'],
  'node:fs': ['util'],
  'node:fs/promises': ['util'],
};

const OUTER_WORLD = /^(process\.(argv|exit|exitCode|stdin|stdout|stderr)|console\.\w+)$/;

interface Source {
  /** Relative to src/, with forward slashes. */
  path: string;
  text: string;
}

/** Most lines of a file, but of the gradient table. */
const MAX_LINES = 250;
const LONG = ['autograd/vjp.ts'];

/** What breaks the rules, one line each. */
function findViolations(sources: readonly Source[]): string[] {
  const violations: string[] = [];
  const allImports = new Map<string, string[]>();
  for (const { path, text } of sources) {
    const { imports, accesses } = readSource(path, text);
    const room = roomOf(path);
    const layer = layerOf(room);
    if (layer < 0) violations.push(`${path}: the room ${room} is in no layer`);
    const targets: string[] = [];
    for (const module of imports) {
      if (!module.startsWith('.')) {
        const allowed = RESERVED[module];
        if (allowed && !allowed.includes(room))
          violations.push(`${path}: ${module} is for ${allowed.join(', ')} alone`);
        if (/^(node:)?process$/.test(module)) violations.push(`${path}: process is used as a global`);
        continue;
      }
      const target = posix.join(posix.dirname(path), module);
      if (!sources.some((source) => source.path === target)) violations.push(`${path}: no file ${target}`);
      targets.push(target);
      const other = roomOf(target);
      const isStranger = STRANGERS.some(([from, to]) => from === room && to === other);
      if (isStranger || (other !== room && layerOf(other) >= layer))
        violations.push(`${path}: imports ${target}`);
    }
    allImports.set(path, targets);
    const lines = text.split('\n').length - 1;
    if (lines > MAX_LINES && !LONG.includes(path)) violations.push(`${path}: ${lines} lines`);
    for (const access of accesses) {
      if (access === 'Math.random') violations.push(`${path}: Math.random`);
      if (OUTER_WORLD.test(access) && room !== 'commands' && room !== 'cli.ts')
        violations.push(`${path}: ${access}`);
    }
  }
  return [...violations, ...findCycles(allImports)];
}

function roomOf(path: string): string {
  return path.split('/')[0]!;
}

function layerOf(room: string): number {
  return TOP.includes(room) ? LAYERS.length : LAYERS.findIndex((rooms) => rooms.includes(room));
}

/** A source's imports, re-exports and dynamic imports, and its `object.name` expressions. */
function readSource(path: string, text: string): { imports: string[]; accesses: string[] } {
  const imports: string[] = [];
  const accesses: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      imports.push((node.moduleSpecifier as ts.StringLiteral).text);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) imports.push(argument.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      imports.push((node.argument.literal as ts.StringLiteral).text);
    } else if (ts.isPropertyAccessExpression(node)) {
      accesses.push(`${node.expression.getText()}.${node.name.text}`.replace(/^globalThis\./, ''));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return { imports, accesses };
}

/** Cycles of imports, those of types included, each told once. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, chain: readonly string[]): void => {
    const start = chain.indexOf(path);
    if (start >= 0) cycles.push(`cycle: ${[...chain.slice(start), path].join(' → ')}`);
    if (start >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...chain, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

function readSources(): Source[] {
  const folder = join(import.meta.dirname, '..', 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ path: file.replaceAll('\\', '/'), text: readFileSync(join(folder, file), 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

it('src/ keeps the law of dependency and the absences', () => {
  const sources = readSources();
  expect(sources.map(({ path }) => path)).toContain('cli.ts');
  expect(findViolations(sources)).toEqual([]);
});

describe('the checker', () => {
  const others = [
    'util/a.ts',
    'graph/a.ts',
    'nn/a.ts',
    'optim/a.ts',
    'autograd/a.ts',
    'runtime/a.ts',
    'models/a.ts',
    'cli.ts',
  ];

  it.each<[string, string, string]>([
    ['graph/b.ts', "import { a } from '../runtime/a.ts';", 'graph/b.ts: imports runtime/a.ts'],
    ['graph/b.ts', "import type { a } from '../runtime/a.ts';", 'graph/b.ts: imports runtime/a.ts'],
    ['graph/b.ts', "export * from '../nn/a.ts';", 'graph/b.ts: imports nn/a.ts'],
    ['graph/b.ts', "const a = await import('../nn/a.ts');", 'graph/b.ts: imports nn/a.ts'],
    ['graph/b.ts', "let a: import('../nn/a.ts').A;", 'graph/b.ts: imports nn/a.ts'],
    ['nn/b.ts', "import '../optim/a.ts';", 'nn/b.ts: imports optim/a.ts'],
    ['models/b.ts', "import { a } from '../autograd/a.ts';", 'models/b.ts: imports autograd/a.ts'],
    ['autograd/b.ts', "import { a } from '../models/a.ts';", 'autograd/b.ts: imports models/a.ts'],
    ['util/b.ts', "import { a } from '../cli.ts';", 'util/b.ts: imports cli.ts'],
    ['commands/b.ts', "import { a } from '../cli.ts';", 'commands/b.ts: imports cli.ts'],
    ['util/b.ts', "import { a } from './none.ts';", 'util/b.ts: no file util/none.ts'],
    ['misc/b.ts', '', 'misc/b.ts: the room misc is in no layer'],
    [
      'train/b.ts',
      "import * as ort from 'onnxruntime-node';",
      'train/b.ts: onnxruntime-node is for runtime alone',
    ],
    ['run/b.ts', "import { rmSync } from 'node:fs';", 'run/b.ts: node:fs is for util alone'],
    ['nn/b.ts', 'const x = Math.random();', 'nn/b.ts: Math.random'],
    ['commands/b.ts', 'const x = globalThis.Math.random;', 'commands/b.ts: Math.random'],
    ['train/b.ts', 'console.log(1);', 'train/b.ts: console.log'],
    ['train/b.ts', "process.stdout.write('');", 'train/b.ts: process.stdout'],
    ['util/b.ts', 'const [a] = process.argv;', 'util/b.ts: process.argv'],
    ['util/b.ts', "import { argv } from 'node:process';", 'util/b.ts: process is used as a global'],
    ['util/b.ts', "import './b.ts';", 'cycle: util/b.ts → util/b.ts'],
    ['util/b.ts', '\n'.repeat(251), 'util/b.ts: 251 lines'],
  ])('%s: %s', (path, text, violation) => {
    const sources = [{ path, text }, ...others.map((other) => ({ path: other, text: '' }))];
    expect(findViolations(sources)).toEqual([violation]);
  });

  it('finds a longer cycle, by an import of types alone too, and lets lower layers be', () => {
    const sources = [
      { path: 'graph/a.ts', text: "import { b } from './b.ts';" },
      { path: 'graph/b.ts', text: "import { c } from './c.ts'; // Math.random, console.log" },
      { path: 'graph/c.ts', text: "const s = 'process.argv';\n".repeat(250) },
      { path: 'models/a.ts', text: "import { a } from '../graph/a.ts';" },
      { path: 'runtime/a.ts', text: "import * as ort from 'onnxruntime-node';" },
      { path: 'commands/a.ts', text: 'process.exit(process.argv.length);' },
    ];
    expect(findViolations(sources)).toEqual([]);
    for (const back of ["import { A } from './a.ts';", "import type { A } from './a.ts';"]) {
      sources[2]!.text = back;
      expect(findViolations(sources)).toEqual(['cycle: graph/a.ts → graph/b.ts → graph/c.ts → graph/a.ts']);
    }
  });
});
