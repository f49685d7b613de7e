// Where runs are.
import { join } from 'node:path';
import { isFolder, listFolder } from '../util/files.ts';
import { RunFolder } from './run-folder.ts';

/** The runs in a folder and below it. */
export function findRuns(folder: string): RunFolder[] {
  if (new RunFolder(folder).hasRun()) return [new RunFolder(folder)];
  return listFolder(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name))
    .filter(isFolder)
    .flatMap(findRuns);
}
