import { validate } from 'dockerfile-utils'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../helpers/fixtures.ts'
import { stagesOf } from './helpers/dockerfile.ts'
import type { Instruction } from './helpers/dockerfile.ts'

const text = readFileSync(join(root, 'Dockerfile'), 'utf8')
const stages = stagesOf(text)
const names = stages.flatMap(({ name }) => name ?? [])
const last = stages.at(-1)?.instructions ?? []
const all = stages.flatMap(({ instructions }) => instructions)

const of = (instructions: readonly Instruction[], keyword: string): Instruction[] =>
  instructions.filter((instruction) => instruction.keyword === keyword)

describe('the Dockerfile', () => {
  test('has nothing that dockerfile-utils finds wrong', () => {
    expect(validate(text).map(({ range, message }) => [range.start.line + 1, message])).toEqual([])
  })

  test('begins from images with an exact version, or from its own stages', () => {
    for (const { base } of stages.filter(({ base }) => !names.includes(base) && base !== 'scratch'))
      expect(base).toMatch(/^[a-z/]+:([a-z]+-\d{8}-slim|\d+\.\d+\.\d+-[a-z-]+)$/)
    expect(text).not.toMatch(/:latest\b/)
  })

  test('copies, and neither adds nor pipes downloads into a shell', () => {
    expect(of(all, 'ADD')).toEqual([])
    for (const { rest } of of(all, 'RUN')) expect(rest).not.toMatch(/curl|wget|\bsudo\b|apt-get|\|/)
  })

  test('runs commands that name nothing outside their WORKDIR, so that they can be run without a container', () => {
    for (const { rest } of of(all, 'RUN')) expect(rest).not.toMatch(/(^|[\s=])(\/|~|\.\.)/)
    for (const { rest } of of(all, 'WORKDIR')) expect(rest).toMatch(/^\//)
  })

  test('installs exactly what the lock files say', () => {
    const installs = of(all, 'RUN').filter(
      ({ rest }) => rest.startsWith('npm') && !rest.startsWith('npm run'),
    )
    expect(installs).toHaveLength(3)
    for (const { rest } of installs)
      expect(rest).toMatch(/^npm ci( --omit=dev)?( --ignore-scripts)?$/)
    // The panel's own .npmrc says it.
    expect(readFileSync(join(root, 'plugin/.npmrc'), 'utf8')).toContain('ignore-scripts=true')
  })

  test('copies from the context only what exists', () => {
    for (const { rest, flags } of of(all, 'COPY').filter(
      ({ flags }) => flags['from'] === undefined,
    ))
      for (const path of rest.split(/\s+/).slice(0, -1))
        expect({ path, flags, exists: existsSync(join(root, path)) }).toMatchObject({
          exists: true,
        })
  })
})

describe('its last stage', () => {
  test('runs no command, so that nothing is built or installed there', () => {
    expect(of(last, 'RUN')).toEqual([])
    const copied = of(last, 'COPY').map(({ rest }) => rest)
    for (const rest of copied) expect(rest).not.toMatch(/npm|yarn|corepack|\/usr\/(bin|lib)/)
    expect(copied).toContain('/usr/local/bin/node /usr/local/bin/node')
    expect(stages.at(-1)?.base).toMatch(/^debian:/)
  })

  test('ends as a user by number who is not root, and owns the state', () => {
    const user = of(last, 'USER').map(({ rest }) => rest)
    expect(user).toEqual(['10001:10001'])
    const state = of(last, 'COPY').find(({ rest }) => rest.endsWith(' /var/lib/picket'))
    expect(state?.flags).toEqual({ from: 'build', chown: '10001:10001' })
    expect(of(last, 'VOLUME')[0]?.rest).toBe('["/var/lib/picket"]')
  })

  test('starts Picket without a shell, which gets the signal, and checks its health', () => {
    const words = (keyword: string): unknown => JSON.parse(of(last, keyword)[0]?.rest ?? '')
    expect(words('ENTRYPOINT')).toEqual(['picket'])
    expect(words('CMD')).toEqual(['run'])
    expect(of(last, 'STOPSIGNAL')[0]?.rest).toBe('SIGTERM')
    expect(of(last, 'HEALTHCHECK')[0]?.rest).toMatch(/^CMD \["node", /)
    expect(of(last, 'EXPOSE')[0]?.rest).toBe('9744')
  })

  test('is labelled with the version and licence of package.json', () => {
    const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
      license: string
    }
    expect(of(last, 'ARG').map(({ rest }) => rest)).toContain(`VERSION=${version}`)
    const [label] = of(last, 'LABEL')
    expect(label?.rest).toContain(`org.opencontainers.image.licenses="${license}"`)
    for (const key of ['title', 'description', 'version', 'revision'])
      expect(label?.rest).toContain(`org.opencontainers.image.${key}=`)
    expect(readFileSync(join(root, 'docker-compose.yml'), 'utf8')).toContain(
      `image: picket:${version}`,
    )
  })
})
