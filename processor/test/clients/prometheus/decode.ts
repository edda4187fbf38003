export interface Field {
  readonly tag: number
  readonly wire: number
  readonly varint: bigint
  readonly bytes: Uint8Array
}

/** A protobuf reader of its own, so that the encoder is not checked by its own library. */
export function decode(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  let offset = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset++]
      if (byte === undefined) throw new Error('message ends inside a number')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number): Uint8Array => {
    if (offset + length > bytes.length) throw new Error('message ends inside a field')
    return bytes.subarray(offset, (offset += length))
  }
  while (offset < bytes.length) {
    const key = Number(varint())
    const [tag, wire] = [key >>> 3, key & 7]
    if (wire === 0) fields.push({ tag, wire, varint: varint(), bytes: new Uint8Array() })
    else if (wire === 1) fields.push({ tag, wire, varint: 0n, bytes: take(8) })
    else if (wire === 2) fields.push({ tag, wire, varint: 0n, bytes: take(Number(varint())) })
    else throw new Error(`wire type ${wire} is not used here`)
  }
  return fields
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
