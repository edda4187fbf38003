import { createGunzip } from 'node:zlib'
import type { PackedSource } from './packed-source.ts'
import { Unpacker } from './unpacker.ts'

const SLICE_BYTES = 64 * 1024
const PLAIN_BYTES = 256 * 1024
/** A stream cannot be read again at the damage: the less is in a slice, the less is lost with it. */
const STREAM_SLICE_BYTES = 8 * 1024

/**
 * The plain bytes of gzip.
 *
 * Of the slice in which damage is found Node gives nothing, which for a short file with a wrong checksum is all of it. So a
 * file is read once more with smaller slices there, until what comes before the damage has been handed over; then the
 * error is thrown.
 */
export async function* gunzip(source: PackedSource): AsyncGenerator<Uint8Array> {
  const steps = source.canGoBack ? [SLICE_BYTES, 256, 1] : [STREAM_SLICE_BYTES]
  let handedOver = 0
  let sound = 0
  for (const step of steps) {
    const unpacker = new Unpacker(createGunzip({ chunkSize: PLAIN_BYTES }))
    let position = 0
    let made = 0
    for (;;) {
      const length = position < sound ? Math.min(SLICE_BYTES, sound - position) : step
      const slice = await source.read(position, length)
      const isEnd = slice.length === 0
      await (isEnd ? unpacker.end() : unpacker.write(slice))
      for (const chunk of unpacker.take()) {
        const before = made
        made += chunk.length
        if (made <= handedOver) continue
        yield chunk.subarray(Math.max(0, handedOver - before))
        handedOver = made
      }
      if (unpacker.error !== undefined) {
        // What is cut off has been handed over already, as far as it goes.
        if (isEnd || step === steps.at(-1)) throw unpacker.error
        break
      }
      // Padding behind the last member ends it too.
      if (isEnd || unpacker.hasEnded) return
      position += slice.length
      sound = Math.max(sound, position)
    }
  }
}
