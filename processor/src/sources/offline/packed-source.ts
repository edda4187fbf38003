import type { FileHandle } from 'node:fs/promises'

/** Packed bytes in slices of the wanted size at most; empty at the end. */
export interface PackedSource {
  /** The slice at a position; a stream can only go on where it stands. */
  read(position: number, length: number): Promise<Uint8Array>
  /** True if earlier positions can be read again. */
  readonly canGoBack: boolean
}

export function packedFile(handle: FileHandle, onRead: (position: number) => void): PackedSource {
  return {
    canGoBack: true,
    async read(position, length) {
      const buffer = Buffer.allocUnsafe(length)
      const { bytesRead } = await handle.read(buffer, 0, length, position)
      onRead(position + bytesRead)
      return buffer.subarray(0, bytesRead)
    },
  }
}

export function packedStream(chunks: AsyncIterator<Uint8Array>): PackedSource {
  let waiting: Uint8Array = new Uint8Array(0)
  return {
    canGoBack: false,
    async read(_, length) {
      while (waiting.length === 0) {
        const part = await chunks.next()
        if (part.done === true) return waiting
        waiting = part.value
      }
      const slice = waiting.subarray(0, length)
      waiting = waiting.subarray(slice.length)
      return slice
    },
  }
}
