import { useEffect, useMemo, useState } from 'react'
import { finish, type Steps } from '../data/steps'
import { inTurns } from '../engine/turns'

/** Work to be done once for each object of this kind. */
export interface Job<T> {
  readonly make: () => Steps<T>
  /** Too long to be done at once. */
  readonly isLong: boolean
}

export interface Stepped<T> {
  /** The newest result; undefined before the first. */
  readonly value: T | undefined
  /** False while that of the present inputs is being worked out. */
  readonly isCurrent: boolean
}

/** The job's result: at once or, where it is long, in turns with the page; then the last result stays meanwhile. */
export function useSteps<T>(job: Job<T>): Stepped<T> {
  const atOnce = useMemo(() => (job.isLong ? undefined : { job, value: finish(job.make()) }), [job])
  const [last, setLast] = useState(atOnce)
  if (atOnce !== undefined && last !== atOnce) setLast(atOnce)
  useEffect(() => {
    if (!job.isLong) return undefined
    const abort = new AbortController()
    inTurns(job.make(), abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setLast({ job, value })
      },
      (error: unknown) => {
        // What would break the panel at once must not leave it waiting for good: thrown where Grafana shows it.
        if (!abort.signal.aborted)
          setLast(() => {
            throw error
          })
      },
    )
    return () => {
      abort.abort()
    }
  }, [job])
  const newest = atOnce ?? last
  return { value: newest?.value, isCurrent: newest?.job === job }
}
