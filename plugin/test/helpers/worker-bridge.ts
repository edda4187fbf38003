import type { Page } from 'playwright-core'
import type { WorkerLike } from '../../src/engine/worker-runner'

declare global {
  interface Window {
    /** Addresses of the workers that the panel has started. */
    startedWorkers: string[]
    bridged: Worker
    fromWorker(text: string): void
  }
}

/** Notes which workers the page starts from now on, or lets it start none. */
export async function watchWorkers(page: Page, { forbid = false } = {}): Promise<void> {
  await page.evaluate((forbid) => {
    window.startedWorkers = []
    const Original = window.Worker
    window.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        window.startedWorkers.push(String(url))
        if (forbid) throw new Error('Workers are forbidden here.')
        super(url, options)
      }
    }
  }, forbid)
}

/** A worker of the page, for the detector of this process: what it is told and answers goes through as JSON. */
export async function bridgeWorker(page: Page, url: string): Promise<WorkerLike> {
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    postMessage(message) {
      void page.evaluate(
        ([text, read]) => {
          const decode = new Function(`return ${read}`)() as typeof decoded
          window.bridged.postMessage(decode(text))
        },
        [encoded(message), decoded.toString()] as const,
      )
    },
    terminate: () => void page.evaluate(() => window.bridged.terminate()),
  }
  await page.exposeFunction('fromWorker', (text: string) => {
    worker.onmessage?.({ data: decoded(text) } as MessageEvent<unknown>)
  })
  await page.evaluate(
    ([url, write]) => {
      const encode = new Function(`return ${write}`)() as typeof encoded
      window.bridged = new Worker(url)
      window.bridged.onmessage = ({ data }) => window.fromWorker(encode(data))
    },
    [url, encoded.toString()] as const,
  )
  return worker
}

/** JSON in which typed arrays stand as their type and their bytes in base64. */
function encoded(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (!ArrayBuffer.isView(member)) return member
    const bytes = new Uint8Array(member.buffer, member.byteOffset, member.byteLength)
    let text = ''
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8192))
    return { $type: member.constructor.name, $bytes: btoa(text) }
  })
}

function decoded(text: string): unknown {
  return JSON.parse(text, (_, member: { $type?: string; $bytes?: string } | null) => {
    if (member === null || typeof member !== 'object' || member.$bytes === undefined) return member
    const characters = atob(member.$bytes)
    const bytes = new Uint8Array(characters.length)
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
    const types = { Int32Array, Uint16Array, Uint8Array, Float64Array, Int16Array, Uint32Array }
    const Type = types[member.$type as keyof typeof types]
    return new Type(bytes.buffer)
  })
}
