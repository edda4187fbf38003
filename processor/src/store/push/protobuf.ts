import { PbfReader } from 'pbf'
import { SnappyError, unsnappy } from '../../clients/snappy.ts'
import type { Entry, PushedStream } from '../entry.ts'
import type { LabelSet } from '../label-set.ts'
import { parseLabelText } from '../logql/label-text.ts'
import { StoreError } from '../store-error.ts'
import { MAX_NS } from './json.ts'
import { toMetadata } from './metadata.ts'

/** Reads a push in protobuf inside a snappy block of at most `maxBytes`. Throws a 400 for the whole body. */
export function decodeProtobufPush(body: Buffer, maxBytes: number): PushedStream[] {
  let plain: Uint8Array
  try {
    plain = unsnappy(body, maxBytes)
  } catch (error) {
    if (error instanceof SnappyError && error.kind === 'too-large')
      throw new StoreError(429, `Ingestion rate limit exceeded: ${error.message}`)
    throw new StoreError(400, 'snappy: corrupt input', { cause: error })
  }
  try {
    return readMessage(new PbfReader(plain))
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError(
      400,
      `proto: illegal wireType or unexpected EOF: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  }
}

interface RawEntry {
  ns: bigint
  line: string
  metadata: [string, string][]
}

function readMessage(pbf: PbfReader): PushedStream[] {
  const streams: PushedStream[] = []
  readFields(pbf, (field) => {
    if (field === 1) streams.push(readStream(pbf))
  })
  return streams
}

function readStream(pbf: PbfReader): PushedStream {
  let labelText = '{}'
  const raw: RawEntry[] = []
  readInner(pbf, (field) => {
    if (field === 1) labelText = readText(pbf)
    else if (field === 2) raw.push(readEntry(pbf))
  })
  const labels: LabelSet = parseLabelText(labelText)
  const entries = raw.map(({ ns, line, metadata }): Entry => ({
    ns,
    line,
    metadata: toMetadata(metadata, labels),
  }))
  return { labels, entries }
}

function readEntry(pbf: PbfReader): RawEntry {
  const entry: RawEntry = { ns: 0n, line: '', metadata: [] }
  readInner(pbf, (field) => {
    if (field === 1) entry.ns = readTime(pbf)
    else if (field === 2) entry.line = readText(pbf)
    else if (field === 3) entry.metadata.push(readPair(pbf))
  })
  return entry
}

function readTime(pbf: PbfReader): bigint {
  let [seconds, nanos] = [0, 0]
  readInner(pbf, (field) => {
    if (field === 1) seconds = readInteger(pbf)
    else if (field === 2) nanos = readInteger(pbf)
  })
  const ns = BigInt(seconds) * 1_000_000_000n + BigInt(nanos)
  if (ns > MAX_NS || ns < -MAX_NS) throw new StoreError(400, 'timestamp is beyond 64 bits')
  return ns
}

function readPair(pbf: PbfReader): [string, string] {
  const pair: [string, string] = ['', '']
  readInner(pbf, (field) => {
    if (field === 1) pair[0] = readText(pbf)
    else if (field === 2) pair[1] = readText(pbf)
  })
  return pair
}

const VARINT = 0
const LENGTH_DELIMITED = 2

function expectWire(pbf: PbfReader, wire: number): void {
  if (pbf.type !== wire) throw new Error(`wrong wireType ${pbf.type}`)
}

function readInteger(pbf: PbfReader): number {
  expectWire(pbf, VARINT)
  return pbf.readVarint(true)
}

/** The library's own reader would lose a byte order mark; bytes that are no UTF-8 become U+FFFD. */
function readText(pbf: PbfReader): string {
  expectWire(pbf, LENGTH_DELIMITED)
  const { buffer, byteOffset, byteLength } = pbf.readBytes()
  return Buffer.from(buffer, byteOffset, byteLength).toString()
}

function readInner(pbf: PbfReader, read: (field: number) => void): void {
  expectWire(pbf, LENGTH_DELIMITED)
  const end = pbf.readVarint() + pbf.pos
  if (!(end <= pbf.length)) throw new Error('message is cut short')
  readFields(pbf, read, end)
}

/** `read` takes the value of fields that it knows; the others are skipped. */
function readFields(pbf: PbfReader, read: (field: number) => void, end = pbf.length): void {
  while (pbf.pos < end) {
    const tag = pbf.readVarint()
    const [field, wire] = [tag >> 3, tag & 7]
    if (field === 0) throw new Error('field number 0')
    pbf.type = wire
    const start = pbf.pos
    read(field)
    if (pbf.pos === start) pbf.skip(tag)
    if (pbf.pos > end) throw new Error('field is cut short')
  }
  if (pbf.pos !== end) throw new Error('message is cut short')
}
