#!/usr/bin/env node
// Starts Picket. A published package holds dist/; in a checkout it is built from src/ when that changed.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const main = new URL('dist/cli/main.js', root)

// Keeps compiled code between runs, where Node can (22.1 and newer).
module.enableCompileCache?.()

if (existsSync(new URL('src/cli/main.ts', root))) await ensureBuilt()
const { runProcess } = await import(main.href)
await runProcess()

async function ensureBuilt() {
  const { build, isFresh } = await import(new URL('build.mjs', root).href)
  if (isFresh()) return
  const lock = fileURLToPath(new URL('.dist-lock/', root))
  const since = performance.now()
  let failure
  await acquire(lock, isFresh)
  try {
    // Another process may have built while this one waited.
    if (!isFresh()) await build()
  } catch (error) {
    failure = error
  }
  release(lock)
  // Installed without development packages there is no esbuild: what was built before has to do.
  if (failure?.code === 'ERR_MODULE_NOT_FOUND' && existsSync(main)) return
  if (failure !== undefined) {
    console.error(`picket: the sources do not build:\n${failure.message}`)
    process.exit(1)
  }
  const seconds = (performance.now() - since) / 1000
  if (seconds > 3 || process.argv.join(' ').includes('--log-level debug'))
    console.error(`picket: built from the sources in ${seconds.toFixed(1)} s.`)
}

/** Waits until no other process builds, or it has; a lock whose owner is gone is taken over. */
async function acquire(lock, isDone) {
  const owner = `${lock}pid`
  for (;;) {
    try {
      mkdirSync(lock)
      writeFileSync(owner, String(process.pid))
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isDone()) return
    if (isAbandoned(lock, owner)) rmSync(lock, { recursive: true, force: true })
    else await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function isAbandoned(lock, owner) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > 60_000) return true
    const pid = Number(readFileSync(owner, 'utf8'))
    if (pid > 0) process.kill(pid, 0)
    return false
  } catch (error) {
    // ESRCH: the owner has ended. ENOENT: it is being made or removed this very moment.
    return error.code === 'ESRCH'
  }
}

function release(lock) {
  try {
    if (readFileSync(`${lock}pid`, 'utf8') === String(process.pid))
      rmSync(lock, { recursive: true, force: true })
  } catch {
    // Not ours, or gone already.
  }
}
