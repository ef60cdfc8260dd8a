/** One block of a stream of server-sent events. */
export interface SseBlock {
  /** The reader's new place; null where the block does not say one. */
  readonly id: string | null
  readonly event: string
  /** Null for a block that only moves the place on. */
  readonly data: string | null
}

/**
 * Cuts server-sent events (HTML standard, 9.2) out of bytes. Unlike the libraries for it, it gives
 * blocks without data too: our heartbeats move the place on with them, and a reader that forgot
 * those would begin again at a place that may be gone.
 */
export async function* sseBlocks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SseBlock> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of bytes) {
    // A line's end may be cut in two; our hub writes \n only.
    text += decoder.decode(part, { stream: true }).replaceAll('\r', '')
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield blockOf(text.slice(0, end))
      text = text.slice(end + 2)
    }
  }
}

function blockOf(text: string): SseBlock {
  let id: string | null = null
  let event = 'message'
  let data: string | null = null
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') id = value
    if (name === 'event') event = value
    if (name === 'data') data = data === null ? value : `${data}\n${value}`
  }
  return { id, event, data }
}
