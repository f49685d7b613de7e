// What npm does with this package: installing runs no script of a dependency, and npm has nothing to list or to warn of.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const { scripts, files, allowScripts } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  files: string[];
  allowScripts: Record<string, boolean>;
};
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { hasInstallScript?: boolean; version: string }>;
};

it('no dependency runs a script: npm 11 is told so in package.json, npm 10 sees none in package-lock.json', () => {
  expect(allowScripts).toEqual({ koffi: false, 'onnxruntime-node': false });
  expect(packages).toHaveProperty(['node_modules/onnxruntime-node', 'version']);
  const listed = Object.keys(packages).filter((name) => packages[name]!.hasInstallScript);
  // npm writes the mark where it fetched the package anew. For these two, take it out again.
  expect(listed).toEqual([]);
});

it("none of the package's own scripts runs, or is listed, where it is a dependency", () => {
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(scripts).not.toHaveProperty(name);
  // After `npm ci` in a clone, and before packing.
  expect([scripts.dependencies, scripts.prepack]).toEqual(['npm run build', 'npm run build']);
});

it('.npmrc has settings of npm alone', () => {
  const keys = read('.npmrc').match(/^[\w-]+(?==)/gm);
  expect(keys).toEqual(['fund', 'audit']);
});

it('what is packed is there', () => {
  for (const name of files.filter((file) => file !== 'dist'))
    expect(existsSync(join(root, name)), name).toBe(true);
});
