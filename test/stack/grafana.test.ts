import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GRAFANA_TOKEN, startGrafana, VIEWER_TOKEN } from './grafana.ts'
import type { Grafana } from './grafana.ts'

let grafana: Grafana
beforeAll(async () => {
  grafana = await startGrafana('secret')
})
afterAll(() => grafana.close())

async function ask(
  method: string,
  path: string,
  body?: object,
  authorization = `Bearer ${GRAFANA_TOKEN}`,
): Promise<readonly [number, unknown]> {
  const answer = await fetch(`http://${grafana.address}/api/annotations${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return [answer.status, await answer.json()]
}

const status = async (...call: Parameters<typeof ask>): Promise<number> => (await ask(...call))[0]

// What the stack's test relies on: a double that takes everything would prove nothing.
describe('the double of Grafana', () => {
  const good = { text: 'scan', time: 1000, timeEnd: 2000, tags: ['picket', 'source:2001:db8::1'] }

  test('knows accounts, and who may write', async () => {
    expect(await status('GET', '', undefined, 'Bearer wrong')).toBe(401)
    expect(await status('GET', '', undefined, `Bearer ${VIEWER_TOKEN}`)).toBe(200)
    expect(await status('POST', '', good, `Bearer ${VIEWER_TOKEN}`)).toBe(403)
    const admin = `Basic ${Buffer.from('admin:secret').toString('base64')}`
    expect(await status('POST', '', good, admin)).toBe(200)
  })

  test('refuses an annotation without a text, and tags beyond 500 characters', async () => {
    expect(await status('POST', '', { ...good, text: '' })).toBe(400)
    expect(await status('POST', '', { ...good, tags: ['x'.repeat(496)] })).toBe(200)
    expect(await status('POST', '', { ...good, tags: ['x'.repeat(497)] })).toBe(400)
  })

  test('changes only what a PATCH gives, and no time to 0', async () => {
    const [, made] = await ask('POST', '', good)
    const { id } = made as { id: number }
    await ask('PATCH', `/${id}`, { timeEnd: 9000, time: 0, text: '' })
    const kept = grafana.annotations.find((one) => one.id === id)
    expect(kept).toMatchObject({ text: 'scan', time: 1000, timeEnd: 9000 })
    expect(kept?.tags).toEqual(['picket', 'source:2001'])
    expect(await status('PATCH', '/99999', { timeEnd: 1 })).toBe(404)
  })

  test('finds what overlaps, the newest end first, a hundred at most unless told', async () => {
    for (let i = 0; i < 120; i++)
      await ask('POST', '', { text: 'x', time: 50_000 + i, timeEnd: 60_000 + i, tags: ['many'] })
    const found = async (query: string): Promise<{ timeEnd: number }[]> =>
      (await ask('GET', `?tags=many${query}`))[1] as { timeEnd: number }[]
    expect(await found('')).toHaveLength(100)
    expect(await found('&limit=500')).toHaveLength(120)
    expect((await found('&limit=1'))[0]?.timeEnd).toBe(60_119)
    expect(await found('&from=60110&to=60110&limit=500')).toHaveLength(10)
  })
})
