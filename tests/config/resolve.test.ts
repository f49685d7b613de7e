import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listConfigs, resolveConfigPath } from '../../src/config/resolve.ts';
import { UsageError } from '../../src/util/errors.ts';
import { packageRoot, packageVersion } from '../../src/util/package.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-resolve-'));
  mkdirSync(join(dir, 'multi30k'));
  writeFileSync(join(dir, 'first-steps.yaml'), '');
  writeFileSync(join(dir, 'multi30k', 'en-de-tiny.yaml'), '');
  writeFileSync(join(dir, 'notes.txt'), '');
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('resolveConfigPath', () => {
  it.each(['first-steps', 'first-steps.yaml', 'configs/first-steps.yaml', './configs/first-steps'])(
    '%s',
    (name) => {
      expect(resolveConfigPath(name, dir)).toBe(join(dir, 'first-steps.yaml'));
    },
  );

  it('finds names with a folder, and prefers a file', () => {
    expect(resolveConfigPath('multi30k/en-de-tiny', dir)).toBe(join(dir, 'multi30k', 'en-de-tiny.yaml'));
    const path = join(dir, 'notes.txt');
    expect(resolveConfigPath(path, dir)).toBe(path);
  });

  it('names the nearest, or all', () => {
    expect(() => resolveConfigPath('frst-steps.yaml', dir)).toThrow(UsageError);
    expect(() => resolveConfigPath('frst-steps.yaml', dir)).toThrow(
      '"frst-steps.yaml": no such file, nor a config of this name; did you mean first-steps?',
    );
    expect(() => resolveConfigPath('wmt', dir)).toThrow('known: first-steps, multi30k/en-de-tiny');
    // A folder of many stands for them.
    expect(() => resolveConfigPath('x')).toThrow(/bench\/tiny, .*, cla\/paper\/…, .*, quickstart, /);
    expect(() => resolveConfigPath('../nowhere/x', join(dir, 'none'))).toThrow('none is known here');
  });
});

it('the package knows where it is and which version', () => {
  expect(join(packageRoot, 'tests', 'config')).toBe(import.meta.dirname);
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  expect(listConfigs()).toEqual([...listConfigs()].sort());
});
