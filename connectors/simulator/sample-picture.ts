import { crc32, deflateSync } from 'node:zlib'

/** A small PNG of an evening sky, for a person who sends a picture without having one. */
export function samplePicture(width = 240, height = 160): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  let at = 0
  for (let y = 0; y < height; y++) {
    rows[at++] = 0 // no filter
    const t = y / (height - 1)
    for (let x = 0; x < width; x++) {
      const sun = Math.hypot(x - width * 0.68, y - height * 0.62) < height * 0.16
      const hill = y > height * (0.8 - 0.08 * Math.sin((x / width) * 7))
      const [red, green, blue] = hill
        ? [38, 50, 82]
        : sun
          ? [255, 214, 130]
          : [70 + 180 * t, 90 + 60 * t, 170 - 60 * t]
      rows[at++] = red
      rows[at++] = green
      rows[at++] = blue
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
