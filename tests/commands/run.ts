// Runs the command line in this process and collects what it writes.
import { Readable, Writable } from 'node:stream';
import { type Io, main } from '../../src/cli.ts';

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** `tx ...argv` with `stdin` as its standard input. */
export async function tx(
  argv: readonly string[],
  options: Partial<Pick<Io, 'env' | 'commands' | 'stdout'>> & {
    stdin?: string | Uint8Array | Readable;
    isTTY?: boolean;
  } = {},
): Promise<Result> {
  const { stdin = '', isTTY = false, ...io } = options;
  const out = collector();
  const err = collector();
  const code = await main(argv, {
    stdin: stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: Object.assign(err.stream, { isTTY }),
    env: {},
    ...io,
  });
  return { code, stdout: out.text(), stderr: err.text() };
}

function collector(): { stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
