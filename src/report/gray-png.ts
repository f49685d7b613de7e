// Bytes as a picture in grays, for what is drawn in an SVG of many small cells.
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/**
 * The PNG of values [height, width], black for 0 and white for 255, as a data URI. Each is a square of `scale` pixels:
 * programs that draw larger pictures of few pixels make them smooth.
 */
export function grayPng(values: Uint8Array, width: number, scale: number): string {
  const height = values.length / width;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(scale * width, 0);
  header.writeUInt32BE(scale * height, 4);
  // Eight bits of gray; no other choices.
  header[8] = 8;
  // A row begins with the number of its filter, 0 for none.
  const length = scale * width + 1;
  const rows = Buffer.alloc(scale * height * length);
  for (let y = 0; y < scale * height; y++) {
    const from = Math.floor(y / scale) * width;
    for (let x = 0; x < scale * width; x++) rows[y * length + 1 + x] = values[from + Math.floor(x / scale)]!;
  }
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat([SIGNATURE, ...chunks]).toString('base64')}`;
}
