// A file server on this machine for the tests of downloads, with the faults that a network has.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  address: string;
  /** `PATH` or `PATH FROM-BYTE`, one a request. */
  requests: string[];
  close(): void;
}

/** Faults, one a request in turn: what the answer does instead of the whole file, or of the rest asked for. */
export type Fault =
  /** The connection ends in the middle of the content. */
  | 'cut'
  /** A file that is shorter, told as if it were whole. */
  | 'short'
  /** The whole file, whatever was asked for. */
  | 'no range'
  /** Another range than was asked for. */
  | 'wrong range'
  /** Status 403. */
  | 'forbidden'
  /** Status 500. */
  | 'down';

/** Serves `files` by path. */
export async function serveFiles(
  files: Record<string, Buffer>,
  faults: (Fault | '')[] = [],
): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const fault = faults[requests.length];
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    requests.push(start > 0 ? `${request.url} ${start}` : request.url!);
    const file = files[request.url!];
    if (file === undefined) response.writeHead(404).end('no');
    else if (fault === 'forbidden' || fault === 'down') {
      response.writeHead(fault === 'down' ? 500 : 403).end('no');
    } else if (start > 0 && fault === 'wrong range') sendRange(response, file, start - 1);
    else if (start >= file.length) response.writeHead(416).end();
    else if (start > 0 && fault !== 'no range') sendRange(response, file, start, fault === 'cut');
    else if (fault === 'short') response.end(file.subarray(0, file.length / 2));
    else if (fault === 'cut') {
      response.writeHead(200, { 'content-length': file.length });
      cut(response, file);
    } else response.end(file);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, requests, close: () => server.close() };
}

function sendRange(response: ServerResponse, file: Buffer, start: number, isCut = false): void {
  const range = `bytes ${start}-${file.length - 1}/${file.length}`;
  response.writeHead(206, { 'content-range': range, 'content-length': file.length - start });
  if (isCut) cut(response, file.subarray(start));
  else response.end(file.subarray(start));
}

/** Half of the bytes, then the end of the connection. */
function cut(response: ServerResponse, bytes: Buffer): void {
  // The other end drops what it has not read by then.
  response.write(bytes.subarray(0, bytes.length / 2), () => setTimeout(() => response.destroy(), 500));
}
