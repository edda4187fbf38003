import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../../src/core/index.ts', import.meta.url))

describe('the core', () => {
  it('bundles for a browser from its own files alone', async () => {
    const result = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      logLevel: 'silent',
    })
    const inputs = Object.keys(result.metafile.inputs)
    expect(inputs.length).toBeGreaterThan(30)
    expect(inputs.filter((path) => !path.includes('src/core/'))).toEqual([])
    const text = result.outputFiles[0]?.text ?? ''
    for (const word of [
      'process.',
      'Buffer',
      'require(',
      'Date.now',
      'Math.random',
      'performance.',
      'console.',
      'document',
      'window.',
      'new Function',
      'eval(',
    ])
      expect(text, word).not.toContain(word)
  })

  it('runs where there is nothing but what the language and a browser share', async () => {
    const result = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'core',
      target: 'es2022',
    })
    const context = createContext({ TextEncoder, TextDecoder })
    const core = runInContext(
      `${result.outputFiles[0]?.text ?? ''}; core`,
      context,
    ) as typeof import('../../src/core/index.ts')
    const engine = core.createEngine({ signatures: core.builtinRules() })
    const lines = Array.from(
      { length: 5 },
      (_, i) =>
        `DROP IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 TTL=1 ID=1 PROTO=TCP SPT=1 DPT=${i + 1} WINDOW=1 RES=0x00 SYN URGP=0`,
    )
    const kinds: string[] = []
    engine.feed(core.batchOf(lines), ({ kind }) => kinds.push(kind))
    expect(kinds).toEqual(['scan'])
  })
})
