// Writes a zip of small files, deflated and stored in turn, for archives that tests invent.
import { deflateRawSync } from 'node:zlib';

/** `entries`: name and content. */
export function makeZip(entries: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [i, [name, text]] of Object.entries(entries).entries()) {
    const content = Buffer.from(text);
    const packed = i % 2 === 0 ? deflateRawSync(content) : content;
    const method = i % 2 === 0 ? 8 : 0;
    // Version, flags, method, time, date, CRC (not looked at), sizes, length of the name, of the extra field.
    const fields = Buffer.alloc(26);
    // Names are UTF-8.
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
