import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'

const PAGES = ['deploy.md', 'shipping.md'] as const
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe.each(PAGES)('docs/%s', (page) => {
  const text = read(`docs/${page}`)

  test('names files that there are', () => {
    const named = [...text.matchAll(/`([\w./-]+\.(?:ya?ml|rules|conf|sh|alloy|service))`/g)].map(
      ([, path = '']) => path,
    )
    expect(named.length).toBeGreaterThan(3)
    const places = [
      '',
      'provisioning/firewall/',
      'provisioning/shippers/',
      'provisioning/kubernetes/',
    ]
    const written = [
      'docker-compose.override.yml',
      'picket.yaml',
      '/etc/ufw/after.rules',
      'after6.rules',
      'before.rules',
    ]
    const missing = named.filter(
      (path) =>
        !written.includes(path) && !places.some((place) => existsSync(join(root, place, path))),
    )
    expect(missing).toEqual([])
  })

  test('links to pages and headings that there are', () => {
    for (const [, path = '', anchor] of text.matchAll(/\]\((?!http)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = path === '' ? text : read(`docs/${path}`)
      const headings = [...target.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      )
      if (anchor !== undefined) expect(headings).toContain(anchor)
    }
  })

  test('shows commands of picket that it knows', () => {
    const commands = text.matchAll(
      /(?:^|\| |exec picket |--rm |`)picket ([a-z-]+(?: check)?)(?: [^\n`|]*)?/gm,
    )
    const known = [...commands]
    expect(known.length).toBeGreaterThan(2)
    for (const [, words = ''] of known) {
      const { status } = picket([...words.split(' '), '--help'])
      expect({ words, status }).toEqual({ words, status: 0 })
    }
  })
})

describe('docs/deploy.md', () => {
  test('names each service and each variable of the stack', () => {
    const text = read('docs/deploy.md')
    const compose = read('docker-compose.yml')
    const { services } = parse(compose, { merge: true }) as { services: Record<string, unknown> }
    for (const name of Object.keys(services)) expect(text).toContain(`| \`${name}\``)
    const variables = new Set(
      [...(compose + read('docker-compose.production.yml')).matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(
        ([, name = '']) => name,
      ),
    )
    for (const name of variables) expect(text).toContain(name)
  })
})
