/** Room so large is used again. */
const kept = 256 * 1024

/**
 * By node, the room that its last request was written in: a node has one request at a time. V8 collects the garbage of all its heap after
 * each 64 MB that are taken outside of it.
 */
export class RequestRooms {
  readonly #rooms = new Map<string, Buffer>()

  /** With room for so many bytes; nobody else has it. */
  take(nodeId: string, bytes: number): Buffer {
    if (bytes < kept) return Buffer.allocUnsafe(bytes)
    const room = this.#rooms.get(nodeId)
    this.#rooms.delete(nodeId)
    if (room && room.length >= bytes) return room
    return Buffer.allocUnsafeSlow(Math.ceil(bytes / kept) * kept)
  }

  /** Nobody reads what stands in it any more. */
  giveBack(nodeId: string, room: Buffer): void {
    if (room.length >= kept) this.#rooms.set(nodeId, room)
  }
}
