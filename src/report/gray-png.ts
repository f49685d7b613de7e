// Bytes as a picture in grays, for what is drawn in an SVG of many small cells.
import { encode } from 'fast-png';

/**
 * The PNG of values [height, width], black for 0 and white for 255, as a data URI. Each is a square of `scale` pixels:
 * programs that draw larger pictures of few pixels make them smooth.
 */
export function grayPng(values: Uint8Array, width: number, scale: number): string {
  const size = { width: scale * width, height: (scale * values.length) / width };
  const data = Uint8Array.from({ length: size.width * size.height }, (_, i) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)];
    return values[Math.floor(y / scale) * width + Math.floor(x / scale)]!;
  });
  const png = encode({ ...size, data, channels: 1, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
