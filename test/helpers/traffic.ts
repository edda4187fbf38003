/** A line as it is pushed to Loki. */
export interface PushedLine {
  readonly ns: bigint
  readonly labels: Readonly<Record<string, string>>
  readonly line: string
  /** Structured metadata. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** A seeded generator of whole numbers below a bound (mulberry32). */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/**
 * Firewall lines, the same for the same seed: attackers that come one after the other, so that there is something to
 * detect from the first line to the last, among harmless sources. Many lines share a nanosecond with others, so that
 * pages of Loki end between them.
 */
export function firewallLines(options: {
  readonly seed: number
  readonly count: number
  /** Nanoseconds since 1970 of the first line. */
  readonly start: bigint
  readonly labels: Readonly<Record<string, string>>
}): PushedLine[] {
  const next = seededNumbers(options.seed)
  let ns = options.start
  return Array.from({ length: options.count }, (_, i) => {
    if (next(3) > 0) ns += BigInt(1 + next(100)) * 1_000_000n
    const isScan = next(3) > 0
    // Three at a time, each for about fifty lines.
    const attacker = Math.floor(i / 25) + next(3)
    const src = isScan
      ? `203.0.${113 + (attacker >> 8)}.${attacker & 255}`
      : `192.0.2.${1 + next(250)}`
    const dst = `198.51.100.${isScan && attacker % 4 === 0 ? 1 + next(60) : 1}`
    const dpt = isScan
      ? 1 + ((i * 37 + attacker * 1009) % 9000)
      : ([22, 23, 445, 3389][next(4)] ?? 22)
    const line = `[UFW BLOCK] IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=${src} DST=${dst} LEN=44 TOS=0x00 PREC=0x00 TTL=5${attacker % 10} ID=${i} PROTO=TCP SPT=${40_000 + next(2000)} DPT=${dpt} WINDOW=1024 RES=0x00 SYN URGP=0 `
    return { ns, labels: { ...options.labels, host: `fw${1 + next(2)}` }, line }
  })
}

/**
 * A request that is sent again once: a command that runs to its end holds this process up, and by then the server may have closed
 * the idle connection.
 */
async function request(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch {
    return await fetch(url, init)
  }
}

type PushedValue = [ns: string, line: string, metadata?: Readonly<Record<string, string>>]

/** Pushes lines in JSON, a thousand at a time. Throws unless every push is accepted. */
export async function pushLines(url: string, lines: readonly PushedLine[]): Promise<void> {
  for (let from = 0; from < lines.length; from += 1000) {
    const streams = new Map<string, { stream: PushedLine['labels']; values: PushedValue[] }>()
    for (const { ns, labels, line, metadata } of lines.slice(from, from + 1000)) {
      const key = JSON.stringify(labels)
      const stream = streams.get(key) ?? { stream: labels, values: [] }
      stream.values.push(metadata === undefined ? [String(ns), line] : [String(ns), line, metadata])
      streams.set(key, stream)
    }
    const response = await request(`${url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ streams: [...streams.values()] }),
    })
    if (response.status !== 204)
      throw new Error(`push: ${response.status} ${await response.text()}`)
  }
}

export interface StoredEntry {
  readonly ns: string
  readonly line: string
}

/** Every entry of a query between two times, in order of time and then of text. */
export async function queryAll(
  url: string,
  query: string,
  range: { readonly start: bigint; readonly end: bigint },
): Promise<StoredEntry[]> {
  const entries = new Map<string, StoredEntry[]>()
  // A second a page at most would be too many pages; so by time, and all lines of the last one again.
  const limit = 1000
  let start = range.start
  for (;;) {
    const params = new URLSearchParams({
      query,
      start: String(start),
      end: String(range.end),
      limit: String(limit),
      direction: 'forward',
    })
    const response = await request(`${url}/loki/api/v1/query_range?${params.toString()}`)
    if (!response.ok) throw new Error(`query_range: ${response.status} ${await response.text()}`)
    const body = (await response.json()) as { data: { result: { values: [string, string][] }[] } }
    const page = body.data.result.flatMap(({ values }) =>
      values.map(([ns, line]) => ({ ns, line })),
    )
    const times = [...new Set(page.map(({ ns }) => ns))].sort((a, b) =>
      BigInt(a) < BigInt(b) ? -1 : 1,
    )
    for (const ns of times)
      entries.set(
        ns,
        page.filter((entry) => entry.ns === ns),
      )
    const last = times.at(-1)
    if (last === undefined || page.length < limit) break
    if (BigInt(last) === start) throw new Error(`more than ${limit} entries at ${last}`)
    start = BigInt(last)
  }
  return [...entries.values()].flat().sort((a, b) => compare(a.ns, b.ns) || compare(a.line, b.line))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Writes every entry of some jobs, structured metadata and all, from one Loki into another, and waits until they are found there. */
export async function copyStreams(
  from: string,
  to: string,
  jobs: readonly string[],
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  type Value = [string, string, { structuredMetadata?: Record<string, string> }?]
  for (const job of jobs) {
    const query = `{job="${job}"}`
    const ask = async (url: string): Promise<{ stream: object; values: Value[] }[]> => {
      const params = new URLSearchParams({
        query,
        start: `${range.from}000000`,
        end: `${range.to}000000`,
        limit: '5000',
      })
      const response = await request(`${url}/loki/api/v1/query_range?${params.toString()}`, {
        headers: { 'x-loki-response-encoding-flags': 'categorize-labels' },
      })
      if (!response.ok) throw new Error(`query_range: ${response.status} ${await response.text()}`)
      return (
        (await response.json()) as { data: { result: { stream: object; values: Value[] }[] } }
      ).data.result
    }
    const streams = (await ask(from)).map(({ stream, values }) => ({
      stream: withoutName(stream),
      values: values.map(([ns, line, more]) => [ns, line, more?.structuredMetadata ?? {}]),
    }))
    const response = await request(`${to}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ streams }),
    })
    if (response.status !== 204)
      throw new Error(`push: ${response.status} ${await response.text()}`)
    const found = await ask(to)
    if (found.length < streams.length) throw new Error(`${to} has not all streams of ${query}`)
  }
}

/** Loki adds this label by itself. */
function withoutName(stream: object): object {
  return Object.fromEntries(Object.entries(stream).filter(([name]) => name !== 'service_name'))
}
