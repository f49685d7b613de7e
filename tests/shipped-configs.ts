// The names of the configs that come with the package, by what they are for.
import { readFileSync } from 'node:fs';
import { listConfigs, resolveConfigPath } from '../src/config/resolve.ts';

const all = listConfigs();
const isStudy = (name: string) => /^grids:/m.test(readFileSync(resolveConfigPath(name), 'utf8'));
/** The tokenizer and the form of an encoder that was trained elsewhere, for others to include. */
const isEncoder = (name: string) => /^task: encoder$/m.test(readFileSync(resolveConfigPath(name), 'utf8'));
const isBench = (name: string) => name.startsWith('bench/');

export const studies = all.filter(isStudy);
export const benchConfigs = all.filter(isBench);
/** Their bytes, their recipe and a step of a small copy are in configs-cla.test.ts. */
const isRow = (name: string) => name.startsWith('cla/paper/');
export const encoderConfigs = all.filter(isEncoder);
export const trainConfigs = all.filter(
  (name) => ![isStudy, isBench, isRow, isEncoder].some((isOther) => isOther(name)),
);
