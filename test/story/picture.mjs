// Small pictures for tests: real PNG files, made here so that each has its own bytes.
import { deflateSync } from "node:zlib";

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(content.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

// A square of one gray (0 to 255). Noise makes it as large as its pixels are.
export function png(gray, { side = 8, noise = false } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8; // bits of a sample, gray
  let next = gray + 1;
  const pixel = () => (noise ? (next = (next * 1103515245 + 12345) >>> 0) >>> 16 & 255 : gray);
  const rows = Buffer.alloc(side * (side + 1));
  for (let i = 0; i < rows.length; i++) rows[i] = i % (side + 1) === 0 ? 0 : pixel();
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

// As programs and drawn signatures send it.
export const dataUrl = (bytes, type = "image/png") => `data:${type};base64,${bytes.toString("base64")}`;
