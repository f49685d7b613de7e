import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('a session leaves no traces of telemetry in the temporary folder', async () => {
  const [before, folder] = [process.env.TMPDIR, mkdtempSync(join(tmpdir(), 'tx-telemetry-'))];
  process.env.TMPDIR = folder;
  try {
    // Loaded here, after the folder is set.
    const { Session } = await import('../../src/runtime/session.ts');
    await expect(Session.create(new Uint8Array(3))).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  }
});
