// What tests of data-scripts have in common: a folder, a log and a file server, new for each test.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Fault, type FileServer, serveFiles } from './server.ts';

export class Desk {
  folder = '';
  /** Lines; what is before the names of files in the folder is DIR. */
  log: string[] = [];
  server: FileServer | undefined;

  /** For the tests of a file. */
  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'tx-data-'));
      this.log = [];
    });
    afterEach(() => {
      this.server?.close();
      this.server = undefined;
      rmSync(this.folder, { recursive: true });
    });
  }

  readonly at = (path: string): string => join(this.folder, path);

  readonly read = (path: string): string => readFileSync(this.at(path), 'utf8');

  readonly put = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content);
  };

  readonly note = (line: string): void => void this.log.push(line.replaceAll(this.folder, 'DIR'));

  /** Instead of the server that is there; gives the new one's address. */
  async serve(files: Record<string, Buffer>, faults: (Fault | '')[] = []): Promise<string> {
    this.server?.close();
    this.server = await serveFiles(files, faults);
    return this.server.address;
  }
}
