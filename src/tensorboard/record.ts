// A record of a TFRecord file: uint64 length, masked CRC of the length, data, masked CRC of the data, little-endian.
// A reader that meets a record cut short takes it for the end of what is there so far.

/** CRC-32C (Castagnoli; RFC 3720, appendix B.4), reflected: x³² + x²⁸ + x²⁷ + … + 1 with the highest power left out. */
const POLYNOMIAL = 0x82f63b78;

/** The remainder of each byte. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  return crc;
});

export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

/** Rotated by 15 bits and shifted by a constant: the CRC of data that has its own CRC in it would say little. */
function masked(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The bytes of the record that holds `data`. */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(8 + 4 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(masked(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(masked(data), 12 + data.length);
  return record;
}
