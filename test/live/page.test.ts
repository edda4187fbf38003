import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { picketPath } from '../helpers/cli.ts'
import { openPage } from '../helpers/chromium.ts'
import { hasTool } from '../helpers/tools.ts'

describe.skipIf(!hasTool('chromium'))('the live page, in a browser', () => {
  let demo: ChildProcess
  let url = ''
  beforeAll(async () => {
    demo = spawn(process.execPath, [picketPath, 'demo', '--for', '90s'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    url = await new Promise((resolve, reject) => {
      let text = ''
      demo.stderr?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const found = /live page\s+(http:\S+)/.exec(text)?.[1]
        if (found !== undefined) resolve(found)
      })
      demo.once('exit', () => {
        reject(new Error(text))
      })
    })
  })
  afterAll(async () => {
    if (demo.exitCode !== null) return
    const gone = new Promise((resolve) => demo.once('exit', resolve))
    demo.kill('SIGTERM')
    await gone
  })

  test('shows attackers with level and source, grows by itself, and breaks no content security rule', async () => {
    const page = await openPage(url)
    try {
      await page.until('document.body.innerText.includes("203.0.113.")')
      const before = Number(
        await page.evaluate('document.querySelectorAll("table tbody tr").length'),
      )
      await page.until(`document.querySelectorAll("table tbody tr").length > ${before}`)
      expect(page.errors).toEqual([])
    } finally {
      await page.close()
    }
  })
})
