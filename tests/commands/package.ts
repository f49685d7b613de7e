// The package as it is installed, for tests that need `tx` as a process of its own: src/ as JavaScript, in a folder
// under /tmp.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

/** Not that of a program that npm runs. */
export const plainEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD)/.test(name)),
);

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export class Package {
  readonly dir = mkdtempSync(join(tmpdir(), 'tx-package-'));
  readonly script = join(this.dir, 'bin/tx.js');

  constructor() {
    for (const folder of ['node_modules', 'configs', 'data-scripts']) {
      symlinkSync(join(root, folder), join(this.dir, folder), 'junction');
    }
    copyFileSync(join(root, 'package.json'), join(this.dir, 'package.json'));
    mkdirSync(dirname(this.script));
    copyFileSync(join(root, 'bin/tx.js'), this.script);
    const source = join(root, 'src');
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const compilerOptions = {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      };
      const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), {
        compilerOptions,
      });
      const target = join(this.dir, 'dist', file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, outputText);
    }
  }

  /** `tx ...argv`, running. */
  start(argv: readonly string[], options: SpawnOptions & { node?: readonly string[] } = {}): Running {
    const { node = [], ...rest } = options;
    return new Running(spawn(process.execPath, [...node, this.script, ...argv], { env: plainEnv, ...rest }));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }
}

/** A process and what it has written. */
export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stderr = '';

  constructor(child: ChildProcess) {
    this.process = child;
    let stdout = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr: this.stderr }));
    });
  }

  /** Until `isSo`; at once when the process has ended. */
  async until(isSo: () => boolean): Promise<void> {
    let hasEnded = false;
    void this.ended.then(() => {
      hasEnded = true;
    });
    while (!hasEnded && !isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
