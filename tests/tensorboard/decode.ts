// Reads event files without the code that writes them: records with a bitwise CRC, messages by their field numbers.

/** The data of every record; throws where a length or a checksum is wrong, or a record is cut short. */
export function decodeRecords(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    if (unmask(view.getUint32(at + 8, true)) !== bitwiseCrc(file.subarray(at, at + 8)))
      throw new Error(`checksum of the length at ${at}`);
    if (unmask(view.getUint32(at + 12 + length, true)) !== bitwiseCrc(data))
      throw new Error(`checksum of the data at ${at}`);
    records.push(data);
    at += 16 + length;
  }
  return records;
}

function bitwiseCrc(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  return Number(crc ^ 0xffffffffn);
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** A message's fields by number, in order: numbers, or bytes. */
export function decodeMessage(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const read = (wire: number): number | Uint8Array => {
    if (wire === 0) return varint();
    if (wire === 1) return view.getFloat64((at += 8) - 8, true);
    if (wire === 5) return view.getFloat32((at += 4) - 4, true);
    const length = varint();
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const key = varint();
    const value = read(key & 7);
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

/** What an event file says, an item for each event. */
export interface DecodedEvent {
  step: number;
  version?: string;
  session?: number;
  scalars: Record<string, number>;
  texts: Record<string, string>;
  /** The content of hparams by tag. */
  hparams: Record<string, Uint8Array>;
}

export function decodeEvents(file: Uint8Array): DecodedEvent[] {
  return decodeRecords(file).map((record) => {
    const fields = decodeMessage(record);
    const event: DecodedEvent = { step: number(fields, 2) ?? 0, scalars: {}, texts: {}, hparams: {} };
    const version = message(fields, 3);
    if (version !== undefined) event.version = utf8(version);
    const session = message(fields, 7);
    if (session !== undefined) event.session = number(decodeMessage(session), 1) ?? 0;
    const summary = message(fields, 5);
    for (const value of summary === undefined ? [] : (decodeMessage(summary).get(1) as Uint8Array[])) {
      const told = decodeMessage(value);
      const tag = utf8(message(told, 1)!);
      const metadata = message(told, 9);
      if (metadata === undefined) {
        event.scalars[tag] = number(told, 2)!;
        continue;
      }
      const plugin = decodeMessage(message(decodeMessage(metadata), 1)!);
      if (utf8(message(plugin, 1)!) === 'hparams') event.hparams[tag] = message(plugin, 2)!;
      else event.texts[tag] = utf8(message(decodeMessage(message(told, 8)!), 8)!);
    }
    return event;
  });
}

/** The settings in the content of a session's start. */
export function decodeSettings(content: Uint8Array): Record<string, number | string | boolean> {
  const entries = decodeMessage(message(decodeMessage(content), 3)!).get(1) as Uint8Array[];
  return Object.fromEntries(
    entries.map((entry) => {
      const pair = decodeMessage(entry);
      const value = decodeMessage(message(pair, 2)!);
      const text = message(value, 3);
      const flag = number(value, 4);
      const settled = number(value, 2) ?? (text === undefined ? flag === 1 : utf8(text));
      return [utf8(message(pair, 1)!), settled];
    }),
  );
}

type Fields = ReturnType<typeof decodeMessage>;
const number = (fields: Fields, field: number) => fields.get(field)?.[0] as number | undefined;
const message = (fields: Fields, field: number) => fields.get(field)?.[0] as Uint8Array | undefined;
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
