// Pictures in grays, and drawings beside one another.
import { inflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { arrange, formatDrawing } from '../../src/report/drawing.ts';
import { grayPng } from '../../src/report/gray-png.ts';

test('values are squares of pixels', () => {
  const uri = grayPng(Uint8Array.of(0, 255, 7, 8, 9, 10), 3, 2);
  const bytes = Buffer.from(uri.slice('data:image/png;base64,'.length), 'base64');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([6, 4]);
  const at = bytes.indexOf('IDAT');
  const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  const [first, second] = [
    [0, 0, 0, 255, 255, 7, 7],
    [0, 8, 8, 9, 9, 10, 10],
  ];
  expect([...rows]).toEqual([...first!, ...first!, ...second!, ...second!]);
});

test('others read them', () => {
  const href = grayPng(Uint8Array.of(0, 255), 2, 8);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="8"><image width="16" height="8" href="${href}"/></svg>`;
  const { pixels } = new Resvg(svg).render();
  expect([pixels[4], pixels[4 * 12]]).toEqual([0, 255]);
});

test('drawings stand in rows and columns', () => {
  const drawing = (width: number, height: number) => ({ title: 'x', size: { width, height }, content: [] });
  const whole = arrange('all', [drawing(10, 20), drawing(30, 5), drawing(15, 7)], 2);
  expect(whole.size).toEqual({ width: 45, height: 27 });
  const svg = formatDrawing(whole);
  for (const place of ['0 0', '15 0', '0 20']) expect(svg).toContain(`translate(${place})`);
  expect(svg).toContain('<title>all</title>');
});
