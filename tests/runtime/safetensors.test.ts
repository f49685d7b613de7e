import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { UserError } from '../../src/util/errors.ts';
import { writeFileAtomic } from '../../src/util/files.ts';

let dir: string;
let path: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-safetensors-'));
  path = join(dir, 'a.safetensors');
});
afterAll(() => rmSync(dir, { recursive: true }));

const everyType = (): Map<string, TensorData> =>
  new Map<string, TensorData>([
    ['flags', { dtype: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) }],
    [
      'weight',
      {
        dtype: 'float32',
        dims: [2, 3],
        data: Float32Array.of(1, -2.5, 3e-20, 0, Number.POSITIVE_INFINITY, 6),
      },
    ],
    ['bytes', { dtype: 'uint8', dims: [1, 5], data: Uint8Array.of(0, 255, 7, 1, 2) }],
    ['signed', { dtype: 'int8', dims: [2], data: Int8Array.of(-128, 127) }],
    ['ids', { dtype: 'int32', dims: [2], data: Int32Array.of(-2147483648, 9) }],
    ['long', { dtype: 'int64', dims: [1], data: BigInt64Array.of(-9223372036854775808n) }],
    ['double', { dtype: 'float64', dims: [], data: Float64Array.of(Math.PI) }],
    ['empty', { dtype: 'float32', dims: [4, 0], data: new Float32Array(0) }],
    ['ümlaut "quoted" \n/0', { dtype: 'float32', dims: [1], data: Float32Array.of(4) }],
    ['7', { dtype: 'float32', dims: [1], data: Float32Array.of(5) }],
  ]);

/** A file of a header, as text or as data, and `size` bytes of zeros. */
function compose(header: unknown, size = 0, length?: number): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? json.length));
  return Buffer.concat([prefix, json, Buffer.alloc(size)]);
}

const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

function load(bytes: Uint8Array) {
  writeFileSync(path, bytes);
  return loadSafetensors(path);
}

describe('a written file', () => {
  it('comes back as it was', () => {
    const tensors = everyType();
    const metadata = { format: 'pt', 'tx.progress': '{"step":3}', __note: 'ä' };
    writeFileAtomic(path, encodeSafetensors(tensors, metadata));
    const loaded = loadSafetensors(path);
    expect(loaded.metadata).toEqual(metadata);
    expect(new Map([...loaded.tensors].sort())).toEqual(new Map([...tensors].sort()));
  });

  it('may be empty', () => {
    writeFileAtomic(path, encodeSafetensors(new Map()));
    const { tensors, metadata } = loadSafetensors(path);
    expect(tensors.size).toBe(0);
    expect(metadata).toEqual({});
    expect(metadata.constructor).toBeUndefined();
  });

  it('holds each tensor at a multiple of its element size, and does not copy it', () => {
    const tensors = everyType();
    const pieces = [...encodeSafetensors(tensors)];
    const header = pieces[0]!;
    expect(header.length % 8).toBe(0);
    const described = JSON.parse(Buffer.from(header.subarray(8)).toString());
    for (const [name, { data }] of tensors) {
      expect(described[name].data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
      if (data.length > 0) expect(pieces.some((piece) => piece.buffer === data.buffer)).toBe(true);
    }
  });

  it('may hold parts of larger buffers', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    writeFileAtomic(path, encodeSafetensors(new Map([['x', { dtype: 'float32', dims: [2], data }]])));
    expect(loadSafetensors(path).tensors.get('x')!.data).toEqual(Float32Array.of(2, 3));
  });

  it('is refused by its writer where shape and data differ, or a name means something else', () => {
    const data = new Float32Array(3);
    const encode = (name: string, dims: number[]) => [
      ...encodeSafetensors(new Map([[name, { dtype: 'float32' as const, dims, data }]])),
    ];
    expect(() => encode('x', [2])).toThrow('3 elements for [2]');
    expect(() => encode('__metadata__', [3])).toThrow('__metadata__');
    expect(() => encode('__proto__', [3])).toThrow('__proto__');
  });
});

describe('half precision', () => {
  const loadHalves = (dtype: string, halves: number[]) => {
    const data_offsets = [0, 2 * halves.length];
    const header = compose({ x: { dtype, shape: [halves.length], data_offsets } });
    const bytes = Buffer.from(Uint16Array.from(halves).buffer);
    return load(Buffer.concat([header, bytes])).tensors.get('x')!;
  };
  const every = Array.from({ length: 65_536 }, (_, i) => i);

  it('binary16 is read as float32: all of its numbers', () => {
    const { dtype, data } = loadHalves('F16', every);
    expect(dtype).toBe('float32');
    every.forEach((bits, i) => {
      const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
      const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
      const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      if (!Object.is(data[i], sign * (exponent === 31 ? special : size)))
        throw new Error(`${bits}: ${data[i]}`);
    });
  });

  it('bfloat16 is the upper half of a float32', () => {
    const { dtype, data } = loadHalves('BF16', every);
    expect(dtype).toBe('float32');
    const expected = Uint32Array.from(every, (bits) => bits * 65_536);
    expect(Buffer.from(data.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });
});

describe('a malformed file', () => {
  const cases: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /0 bytes/],
    ['seven bytes', Buffer.alloc(7), /7 bytes/],
    ['zeros', Buffer.alloc(100), /not JSON/],
    ['a length beyond the file', compose({}, 0, 3), /cut short/],
    ['an absurd length', Buffer.alloc(16, 255), /cut short/],
    ['an absurd but present header', compose(' '.repeat(16_000_001)), /too long/],
    ['a text', Buffer.from('what is this, then?\n'), /cut short/],
    ['no JSON', compose('{"a":'), /not JSON/],
    ['bad UTF-8', Buffer.concat([compose('', 0, 3), Buffer.from([0x22, 0xff, 0x22])]), /UTF-8/],
    ['a list', compose([]), /not a map/],
    ['null', compose('null'), /not a map/],
    ['metadata of numbers', compose({ __metadata__: { a: 1 } }), /map of strings/],
    ['metadata as text', compose({ __metadata__: 'a' }), /map of strings/],
    ['metadata for the prototype', compose('{"__metadata__":{"__proto__":"x"}}'), /map of strings/],
    ['a tensor that is no map', compose({ a: 3 }), /"a" is not described/],
    ['a tensor for the prototype', compose(`{"__proto__":${JSON.stringify(f32(0, 4))}}`, 4), /not allowed/],
    ['no type', compose({ a: { shape: [], data_offsets: [0, 0] } }), /type "undefined"/],
    [
      'a type from the prototype',
      compose({ a: { ...f32(0, 4), dtype: 'constructor' } }, 4),
      /type "constructor"/,
    ],
    [
      'a type of 8 bits',
      compose({ a: { ...f32(0, 4), dtype: 'F8_E4M3' } }, 4),
      /type "F8_E4M3"; supported are F64/,
    ],
    [
      'half precision of the wrong size',
      compose({ a: { ...f32(0, 4), dtype: 'F16' } }, 4),
      /needs 2 bytes and has 4/,
    ],
    ['a negative size', compose({ a: f32(0, 4, [-1]) }, 4), /shape/],
    ['a fractional size', compose({ a: f32(0, 4, [0.5, 2]) }, 4), /shape/],
    ['a huge size', compose({ a: f32(0, 4, [1e300]) }, 4), /shape/],
    ['sizes whose product overflows', compose({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4), /needs/],
    ['a shape as text', compose({ a: f32(0, 4, '1') }, 4), /shape/],
    ['no offsets', compose({ a: { dtype: 'F32', shape: [1] } }, 4), /offsets/],
    ['three offsets', compose({ a: { ...f32(0, 4), data_offsets: [0, 4, 8] } }, 4), /offsets/],
    ['offsets backwards', compose({ a: f32(4, 0, [1]) }, 4), /needs 4 bytes and has -4/],
    ['the wrong size', compose({ a: f32(0, 4, [2]) }, 4), /needs 8 bytes and has 4/],
    ['a tensor beyond the end', compose({ a: f32(0, 8) }, 4), /8 bytes, the file has 4/],
    ['bytes that nothing uses', compose({ a: f32(0, 4) }, 8), /4 bytes, the file has 8/],
    ['a gap', compose({ a: f32(0, 4), b: f32(8, 12) }, 12), /"b" begins at byte 8/],
    ['an overlap', compose({ a: f32(0, 8), b: f32(4, 12) }, 12), /"b" begins at byte 4/],
    ['a terabyte', compose({ a: f32(0, 2 ** 40) }, 4), /cut short/],
    [
      'a name twice',
      compose('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":1}'),
      /"a" stands twice/,
    ],
    [
      'a key twice',
      compose('{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}'),
      /"dtype" stands twice/,
    ],
    ['deep nesting', compose(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), /not described/],
    [
      'a boolean of 2',
      Buffer.concat([compose({ a: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }), Buffer.of(2)]),
      /booleans/,
    ],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => load(bytes)).toThrow(message);
    expect(() => load(bytes)).toThrow(UserError);
    expect(() => load(bytes)).toThrow(path);
  });

  it('is told apart from a name that only looks repeated', () => {
    const text = `{ "a\\"" : ${JSON.stringify(f32(0, 4))} ,"\\\\":${JSON.stringify(f32(4, 4))}, "a": ${JSON.stringify(f32(4, 8))}}  `;
    expect([...load(compose(text, 8)).tensors.keys()]).toEqual(['a"', '\\', 'a']);
  });

  it('of more bytes than there is memory', () => {
    const size = 2 ** 43;
    const bytes = compose({ a: { dtype: 'U8', shape: [size], data_offsets: [0, size] } });
    writeFileSync(path, bytes);
    try {
      // A sparse file: nothing is written.
      truncateSync(path, bytes.length + size);
    } catch {
      return;
    }
    expect(() => loadSafetensors(path)).toThrow(/memory/);
    truncateSync(path, 0);
  });

  it('no file at all', () => {
    expect(() => loadSafetensors(join(dir, 'none'))).toThrow(/no such file/);
    expect(() => loadSafetensors(dir)).toThrow(/is not a file/);
    expect(() => loadSafetensors('a\0b')).toThrow(UserError);
  });
});

describe('any bytes', () => {
  const soundOrUserError = (bytes: Uint8Array) => {
    try {
      load(bytes);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.message).not.toContain('\n');
    }
  };

  it('random', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), soundOrUserError), { numRuns: 500 });
    const header = fc.json({ maxDepth: 3 }).map((json) => compose(json, 4));
    fc.assert(fc.property(header, soundOrUserError), { numRuns: 500 });
  });

  it('mutated', () => {
    const good = Buffer.concat([...encodeSafetensors(everyType(), { a: 'b' })]);
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.nat(good.length), fc.boolean(), (changes, length, cut) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        soundOrUserError(cut ? bytes.subarray(0, length) : bytes);
      }),
      { numRuns: 1500 },
    );
  });
});
