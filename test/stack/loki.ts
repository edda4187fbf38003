/** An entry with its stream labels and its structured metadata apart. */
export interface Entry {
  readonly ns: string
  readonly line: string
  readonly labels: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
}

type Value = readonly [
  ns: string,
  line: string,
  categories?: { readonly structuredMetadata?: Readonly<Record<string, string>> },
]

const LIMIT = 5000

/** Every entry of a query in a stretch of time. */
export async function entriesOf(
  url: string,
  query: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<Entry[]> {
  const params = new URLSearchParams({
    query,
    start: from.toISOString(),
    end: to.toISOString(),
    limit: String(LIMIT),
    direction: 'forward',
  })
  const answer = await fetch(`${url}/loki/api/v1/query_range?${params.toString()}`, {
    headers: { 'x-loki-response-encoding-flags': 'categorize-labels' },
  })
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${await answer.text()}`)
  const { data } = (await answer.json()) as {
    data: { result: { stream: Record<string, string>; values: Value[] }[] }
  }
  const entries = data.result.flatMap(({ stream, values }) =>
    values.map(([ns, line, categories]) => ({
      ns,
      line,
      labels: stream,
      metadata: categories?.structuredMetadata ?? {},
    })),
  )
  if (entries.length >= LIMIT) throw new Error(`${query} has more than ${LIMIT} entries`)
  return entries
}
