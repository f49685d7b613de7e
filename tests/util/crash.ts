// A process that dies at a chosen change of the file system: really, or in the test's own process, where from that
// change on nothing is changed any more.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

type Functions = Record<string, (...args: never[]) => unknown>;

/**
 * Calls `onChange` before every change of the file system, where the pieces of a file count as one with its opening. It is sent to other processes: it uses nothing around it. */
function watchChanges(functions: Functions, sync: () => void, onChange: () => void): () => void {
  const names = ['mkdirSync', 'openSync', 'renameSync', 'linkSync', 'rmSync', 'rmdirSync'];
  const originals = names.map((name) => [name, functions[name]!] as const);
  for (const [name, original] of originals) {
    functions[name] = (...args) => {
      const isReading = name === 'openSync' && (args[1] ?? ('r' as never)) === 'r';
      if (!isReading) onChange();
      return original(...args);
    };
  }
  sync();
  return () => {
    for (const [name, original] of originals) functions[name] = original;
    sync();
  };
}

/** Stands for the process's end. */
export class Crash extends Error {}

/** Does `act` up to its `n`-th change of the file system (from 1), and says whether there was one. */
export async function crashAt(n: number, act: () => Promise<unknown>): Promise<boolean> {
  let changes = 0;
  const restore = watchChanges(fs as unknown as Functions, syncBuiltinESMExports, () => {
    if (++changes >= n) throw new Crash();
  });
  try {
    await act();
  } catch (error) {
    if (changes < n) throw error;
  } finally {
    restore();
  }
  return changes >= n;
}

/** Options of Node for a process that kills itself before the `n`-th change. */
export function killedAt(n: number): string[] {
  const kill = `let n = ${n}; const kill = () => { if (--n === 0) process.kill(process.pid, 'SIGKILL'); };`;
  const source = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    ${kill} (${watchChanges})(fs, syncBuiltinESMExports, kill);`;
  return ['--import', `data:text/javascript,${encodeURIComponent(source)}`];
}
