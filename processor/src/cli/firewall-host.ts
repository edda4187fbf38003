import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { RulesetText } from '../firewall/index.ts'

const TIMEOUT_MS = 10_000
/** Of one program's output; larger rulesets are given by --rules. */
const MAX_BYTES = 64 * 1024 * 1024
/** Characters kept of what it says on stderr. */
const MAX_SAID = 2000

export type Ran =
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly why: string }

/** What asking the host needs of it; tests give their own. */
export interface Host {
  /** Runs a program, without a shell. Never rejects. */
  run(program: string, words: readonly string[]): Promise<Ran>
  /** Undefined if the file cannot be read. */
  read(file: string): Promise<string | undefined>
}

export interface HostRules {
  readonly texts: readonly RulesetText[]
  readonly isForwarding: { readonly ip?: boolean; readonly ip6?: boolean }
  /** `iptables-save`, and what became of it. */
  readonly asked: readonly { readonly command: string; readonly said: string }[]
  /** No program has answered, or none but with nothing while another failed. */
  readonly isUnknown: boolean
}

const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['iptables-save'],
  ['ip6tables-save'],
  ['nft', '-j', 'list', 'ruleset'],
]

/** The rules that the kernel has now, from every program that is there. */
export async function askHost(host: Host): Promise<HostRules> {
  const texts: RulesetText[] = []
  const asked: { command: string; said: string }[] = []
  let hasFailed = false
  for (const [program, ...words] of COMMANDS) {
    const ran = await host.run(program, words)
    const command = [program, ...words].join(' ')
    if (ran.kind === 'printed') {
      const text = program === 'nft' ? withoutCompat(ran.text, texts) : ran.text
      texts.push({ file: program, text, mayBeEmpty: true })
      asked.push({ command, said: 'read' })
    } else {
      hasFailed ||= ran.kind === 'failed'
      asked.push({ command, said: ran.kind === 'absent' ? 'not installed' : ran.why })
    }
  }
  const forwarding = async (file: string): Promise<boolean | undefined> => {
    const text = await host.read(file)
    return text === undefined ? undefined : text.trim() !== '0'
  }
  const ip = await forwarding('/proc/sys/net/ipv4/ip_forward')
  const ip6 = await forwarding('/proc/sys/net/ipv6/conf/all/forwarding')
  return {
    texts,
    asked,
    isUnknown: texts.length === 0 || (hasFailed && texts.every(({ text }) => text.trim() === '')),
    isForwarding: { ...(ip === undefined ? {} : { ip }), ...(ip6 === undefined ? {} : { ip6 }) },
  }
}

/** iptables-nft keeps its tables in nftables, where nft shows them without their targets' options: iptables-save is the one to ask. */
function withoutCompat(json: string, texts: readonly RulesetText[]): string {
  const covered = new Set<string>()
  for (const { file, text } of texts) {
    if (!text.includes('(nf_tables)')) continue
    const family = file === 'ip6tables-save' ? 'ip6' : 'ip'
    for (const [, table] of text.matchAll(/^\*(\S+)$/gm)) covered.add(`${family} ${table ?? ''}`)
  }
  if (covered.size === 0) return json
  let document: unknown
  try {
    document = JSON.parse(json)
  } catch {
    return json
  }
  const objects = (document as { nftables?: unknown } | null)?.nftables
  if (!Array.isArray(objects)) return json
  const kept = objects.filter((object: unknown) => {
    if (typeof object !== 'object' || object === null) return true
    const [kind, body] = Object.entries(object)[0] as [string, unknown]
    if (typeof body !== 'object' || body === null) return true
    const { family, table, name } = body as Record<string, unknown>
    return !covered.has(`${String(family)} ${String(kind === 'table' ? name : table)}`)
  })
  return JSON.stringify({ nftables: kept })
}

/** This machine. A program that has not ended after `timeoutMs` is ended. */
export function thisHost(timeoutMs = TIMEOUT_MS): Host {
  return {
    run: (program, words) => run(program, words, timeoutMs),
    read: async (file) => readFile(file, 'utf8').catch(() => undefined),
  }
}

function run(program: string, words: readonly string[], timeoutMs: number): Promise<Ran> {
  // /usr/sbin is not in the PATH of ordinary users.
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, LC_ALL: 'C' },
  })
  const chunks: Buffer[] = []
  let bytes = 0
  let said = ''
  let stopped: string | undefined
  const stop = (why: string): void => {
    stopped ??= why
    child.kill('SIGKILL')
  }
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BYTES) stop(`it prints more than ${MAX_BYTES} bytes`)
    else chunks.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-MAX_SAID)
  })
  return new Promise((resolve) => {
    const timer = setTimeout(() => stop(`no answer within ${timeoutMs} ms`), timeoutMs)
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      resolve(error.code === 'ENOENT' ? { kind: 'absent' } : { kind: 'failed', why: error.message })
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const [firstLine = ''] = said.trim().split('\n')
      if (stopped === undefined && code === 0)
        resolve({ kind: 'printed', text: Buffer.concat(chunks).toString() })
      else
        resolve({
          kind: 'failed',
          why: stopped ?? (firstLine || `ended with code ${code ?? 'none'}`),
        })
    })
  })
}
