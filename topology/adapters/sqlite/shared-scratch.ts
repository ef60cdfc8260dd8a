/** Larger commits get memory of their own, which is let go afterwards. */
const keptBytes = 16 * 1024 * 1024

/**
 * Memory that the writer's thread reads where it is: nothing is copied or given away, and no fresh pages are touched for every
 * commit (that was a sixth of its cost). One piece is enough, because a commit is put together when none is under way.
 */
export function sharedScratch(): { take(bytes: number): Buffer } {
  let kept = Buffer.from(new SharedArrayBuffer(1024 * 1024))
  return {
    take(bytes) {
      if (bytes <= kept.byteLength) return kept
      const size = 2 ** Math.ceil(Math.log2(bytes))
      const larger = Buffer.from(new SharedArrayBuffer(size))
      if (size <= keptBytes) kept = larger
      return larger
    },
  }
}
