import { MOST_FINGERPRINTS } from './fingerprint.ts'
import type { FingerprintProblem, SynFingerprint } from './fingerprint.ts'
import { labelOf } from './label.ts'
import { FormError, parseSynForm } from './syn-form.ts'

/**
 * Reads a file in the form of OpenBSD's `pf.os`: `window:ttl:df:length:options:` and `genre:version:subtype:details`, one
 * fingerprint a line, # for comments. Bad lines are left out and named in `problems`. With `psad`, entries whose
 * window is a multiple of the MTU are left out, as psad does (psad.md 6.1).
 */
export function readPfOs(
  text: string,
  options: { readonly file: string; readonly psad?: boolean },
): { readonly fingerprints: SynFingerprint[]; readonly problems: FingerprintProblem[] } {
  const { file, psad = false } = options
  const fingerprints: SynFingerprint[] = []
  const problems: FingerprintProblem[] = []
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) continue
    if (fingerprints.length >= MOST_FINGERPRINTS) {
      problems.push(
        problem(file, i, 0, `more than ${MOST_FINGERPRINTS} fingerprints: the rest is not read`),
      )
      break
    }
    try {
      const fingerprint = readLine(line.trimEnd(), psad)
      if (!psad || fingerprint.windowSize.form !== 'mtu') fingerprints.push(fingerprint)
    } catch (error) {
      if (!(error instanceof FormError)) throw error
      problems.push(problem(file, i, error.column, error.message))
    }
  }
  return { fingerprints, problems }
}

function readLine(line: string, psad: boolean): SynFingerprint {
  let end = -1
  for (let field = 0; field < 5; field++) {
    const next = line.indexOf(':', end + 1)
    if (next < 0)
      throw new FormError(
        line.search(/\S/),
        `"${line.trim().slice(0, 40)}": expected window:ttl:df:length:options: genre:version:subtype:details`,
      )
    end = next
  }
  const form = parseSynForm(line.slice(0, end), psad ? 'psad' : 'p0f')
  const raw = line.slice(end + 1).trim()
  const label = labelOf(raw)
  if (raw.split(':').length < 4 || label.text === '')
    throw new FormError(
      Math.min(line.length - 1, end + 1 + line.slice(end + 1).search(/\S|$/)),
      `label "${raw}": expected genre:version:subtype:details`,
    )
  return { ...form, traits: 0, label }
}

function problem(file: string, line: number, column: number, message: string): FingerprintProblem {
  return { file, line: line + 1, column: column + 1, severity: 'error', message }
}
