import { expect, it } from 'vitest';
import { crc32c, encodeRecord } from '../../src/tensorboard/record.ts';
import { type Event, encodeEvent, SESSION_START } from '../../src/tensorboard/schema.ts';
import { scalar } from '../../src/tensorboard/summaries.ts';
import { decodeRecords } from './decode.ts';

// RFC 3720, appendix B.4, and the check value of CRC-32C.
it.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['rising', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['falling', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('CRC-32C of %s', (_name, bytes, crc) => {
  expect(crc32c(bytes)).toBe(crc);
});

// Bytes that TensorBoard 2.21's own RecordWriter made of the same events.
const wall_time = 1700000000.5;
const goldens: [string, Event, string][] = [
  [
    'the version',
    { wall_time, step: 0, file_version: 'brain.Event:2' },
    '1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110',
  ],
  [
    'the start of a session',
    { wall_time, step: 300, session_log: { status: SESSION_START } },
    '100000000000000095fbfe180900002040fc54d94110ac023a020801b94512a3',
  ],
  [
    'scalars, a zero among them',
    { wall_time, step: 300, summary: { value: [scalar('train/loss', 0), scalar('valid/BLEU', 41.11)] } },
    '34000000000000005e33175c0900002040fc54d94110ac022a260a110a0a747261696e2f6c6f737315000000000a110a0a76616c69642f424c455515a4702442183b6de8',
  ],
];

it.each(goldens)("TensorBoard's bytes: %s", (_name, event, hex) => {
  // A step of 0 is the default, which protobuf may leave out.
  const { step, ...rest } = event;
  const data = encodeEvent(step === 0 ? (rest as Event) : event);
  expect(Buffer.from(encodeRecord(data)).toString('hex')).toBe(hex);
});

it('the decoder of these tests refuses a changed byte and a record that is cut short', () => {
  const record = encodeRecord(Buffer.from('data'));
  expect(decodeRecords(record).map(String)).toEqual(['data']);
  for (let at = 0; at < record.length; at++) {
    const changed = Uint8Array.from(record);
    changed[at]! ^= 1;
    expect(() => decodeRecords(changed), String(at)).toThrow();
    if (at > 0) expect(() => decodeRecords(record.subarray(0, at))).toThrow();
  }
});
