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
  writeFileSync(join(dir, 'quickstart.yaml'), '');
  writeFileSync(join(dir, 'multi30k', 'en-de-tiny.yaml'), '');
  writeFileSync(join(dir, 'notes.txt'), '');
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('resolveConfigPath', () => {
  it.each(['quickstart', 'quickstart.yaml', 'configs/quickstart.yaml', './configs/quickstart'])(
    '%s',
    (name) => {
      expect(resolveConfigPath(name, dir)).toBe(join(dir, 'quickstart.yaml'));
    },
  );

  it('finds names with a folder, and prefers a file', () => {
    expect(resolveConfigPath('multi30k/en-de-tiny', dir)).toBe(join(dir, 'multi30k', 'en-de-tiny.yaml'));
    const path = join(dir, 'notes.txt');
    expect(resolveConfigPath(path, dir)).toBe(path);
  });

  it('names the nearest, or all', () => {
    expect(() => resolveConfigPath('quikstart.yaml', dir)).toThrow(UsageError);
    expect(() => resolveConfigPath('quikstart.yaml', dir)).toThrow(
      '"quikstart.yaml": no such file, nor a config of this name; did you mean quickstart?',
    );
    expect(() => resolveConfigPath('wmt', dir)).toThrow('known: multi30k/en-de-tiny, quickstart');
    expect(() => resolveConfigPath('../nowhere/x', join(dir, 'none'))).toThrow('none is known here');
  });
});

it('the package knows where it is and which version', () => {
  expect(join(packageRoot, 'tests', 'config')).toBe(import.meta.dirname);
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  expect(listConfigs()).toEqual([...listConfigs()].sort());
});
