import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'

/** A page in headless Chromium, driven over its debugging protocol. */
export interface Page {
  /** The value of a JavaScript expression in the page. */
  evaluate(expression: string): Promise<unknown>
  /** Waits until an expression is true; throws after `ms`. */
  until(expression: string, ms?: number): Promise<void>
  /** What the page logged as errors, content security violations among them. */
  readonly errors: readonly string[]
  close(): Promise<void>
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]

interface Message {
  readonly id?: number
  readonly method?: string
  readonly result?: Record<string, unknown>
  readonly params?: Record<string, unknown>
}

export async function openPage(url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'picket-chromium-'))
  const child = spawn('chromium', [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('exit', () => {
      reject(new Error(`chromium ended: ${text.slice(-500)}`))
    })
  })
  const base = new URL(endpoint.replace('ws:', 'http:')).origin
  const targets = (await (await fetch(`${base}/json/list`)).json()) as {
    type: string
    webSocketDebuggerUrl: string
  }[]
  const target = targets.find(({ type }) => type === 'page')
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
  await new Promise((resolve) => socket.once('open', resolve))

  const errors: string[] = []
  const waiting = new Map<number, (message: Message) => void>()
  let count = 0
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded')
      errors.push(JSON.stringify(message.params))
  })
  const call = (method: string, params: object = {}): Promise<Message> =>
    new Promise((resolve) => {
      const id = ++count
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params }))
    })
  for (const domain of ['Page', 'Runtime', 'Log']) await call(`${domain}.enable`)
  await call('Page.navigate', { url })

  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await call('Runtime.evaluate', { expression, returnByValue: true })
    return (result?.['result'] as { value?: unknown } | undefined)?.value
  }
  return {
    errors,
    evaluate,
    async until(expression, ms = 20_000) {
      const end = Date.now() + ms
      while ((await evaluate(expression)) !== true) {
        if (Date.now() > end)
          throw new Error(
            `not within ${ms} ms: ${expression}; the page says ${String(await evaluate('document.body.innerText')).slice(0, 500)}`,
          )
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    async close() {
      socket.close()
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      // Its helpers may still write for a moment.
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
    },
  }
}
