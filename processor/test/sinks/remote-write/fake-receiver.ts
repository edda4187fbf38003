import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import snappy from 'snappyjs'
import { decode, text } from '../../clients/prometheus/decode.ts'

export interface ReceivedSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly timestampMs: number
  /** The bits of the stale marker. */
  readonly isStale: boolean
}

export interface FakeReceiver {
  readonly url: string
  readonly requests: {
    readonly path: string
    readonly headers: IncomingHttpHeaders
    readonly samples: ReceivedSample[]
  }[]
  status: number
  hanging: boolean
  close(): Promise<void>
}

export async function startFakeReceiver(): Promise<FakeReceiver> {
  const fake: Omit<FakeReceiver, 'url' | 'close'> = { requests: [], status: 204, hanging: false }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (fake.hanging) return
      if (fake.status === 204) {
        const samples = samplesIn(snappy.uncompress(new Uint8Array(Buffer.concat(chunks))))
        fake.requests.push({ path: request.url ?? '', headers: request.headers, samples })
      }
      response.writeHead(fake.status).end(fake.status === 204 ? undefined : 'as the test wants\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

function samplesIn(bytes: Uint8Array): ReceivedSample[] {
  return decode(bytes)
    .filter(({ tag }) => tag === 1)
    .map(({ bytes: series }) => {
      const fields = decode(series)
      const [value, time] = decode(fields.find(({ tag }) => tag === 2)!.bytes)
      const bits = Buffer.from(value!.bytes)
      return {
        labels: Object.fromEntries(
          fields
            .filter(({ tag }) => tag === 1)
            .map(
              ({ bytes: label }) =>
                decode(label).map((field) => text(field.bytes)) as [string, string],
            ),
        ),
        value: bits.readDoubleLE(),
        timestampMs: Number(time!.varint),
        isStale: bits.readBigUInt64LE() === 0x7ff0_0000_0000_0002n,
      }
    })
}
