import { Writable } from 'node:stream'
import { describe, expect, it, test } from 'vitest'
import { SinkError } from '../../src/errors.ts'
import { createLogger, type LogOptions } from '../../src/telemetry/log.ts'

function logTo(options: Partial<LogOptions> = {}): {
  logger: ReturnType<typeof createLogger>
  lines: () => string[]
} {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const logger = createLogger({ level: 'info', stream, ...options })
  return { logger, lines: () => text.split('\n').filter((line) => line !== '') }
}

describe('the log', () => {
  it('is a line of JSON for each entry, with the component it came from', () => {
    const { logger, lines } = logTo()
    logger
      .child({ component: 'sink.loki' })
      .warn({ status: 503, retryInMs: 2000 }, 'Sink failed, retrying.')
    logger.debug({}, 'Not shown at this level.')
    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        component: 'sink.loki',
        status: 503,
        retryInMs: 2000,
        msg: 'Sink failed, retrying.',
      },
    ])
  })

  test.each([
    { password: 'hunter2-secret' },
    { sink: { token: 'hunter2-secret', name: 'x' } },
    { headers: [{ Authorization: 'hunter2-secret' }] },
    { url: 'http://admin:hunter2-secret@loki:3100/x' },
    { note: 'sent Authorization: Bearer hunter2-secret' },
    { err: new Error('GET http://admin:hunter2-secret@loki:3100 failed') },
    { err: Object.assign(new Error('x'), { headers: { authorization: 'hunter2-secret' } }) },
  ])('masks the secret in %j', (facts) => {
    const { logger, lines } = logTo({ level: 'debug' })
    logger.error(facts, 'Failed.')
    expect(lines()).toHaveLength(1)
    expect(lines()[0]).not.toContain('hunter2')
    expect(lines()[0]).toContain('[masked]')
  })

  it('tells of an error what it carries and its causes, the stack at level debug only', () => {
    const error = new SinkError('Loki rejected 3 detections', {
      sink: 'out',
      status: 400,
      retryable: false,
      cause: new Error('too old'),
    })
    const quiet = logTo()
    quiet.logger.error({ err: error }, 'Dropped.')
    expect((JSON.parse(quiet.lines()[0]!) as { err: unknown }).err).toEqual({
      type: 'SinkError',
      message: 'Loki rejected 3 detections',
      code: 'PICKET_SINK',
      retryable: false,
      sink: 'out',
      status: 400,
      cause: { type: 'Error', message: 'too old' },
    })
    const loud = logTo({ level: 'debug' })
    loud.logger.error({ err: error }, 'Dropped.')
    expect(loud.lines()[0]).toContain('log.test.ts')
  })

  it('is readable text on a terminal', () => {
    const { logger, lines } = logTo({ pretty: true, colour: false })
    logger
      .child({ component: 'source.fw' })
      .warn({ input: 'fw', why: 'no answer', err: new Error('refused') }, 'Input failed.')
    expect(lines()).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d warn {2}source\.fw Input failed\. input=fw why="no answer" \(refused\)$/,
      ),
    ])
  })

  it('lets no control character of an attacker through to a terminal', () => {
    const { logger, lines } = logTo({ pretty: true, colour: false })
    logger.warn({ prefix: '\u001B[2J', err: new Error('bad \u001B]0;x\u0007') }, 'Odd.')
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(lines()[0]).not.toMatch(/[\u0000-\u001F]/)
  })

  it('outlives its reader', () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }))
      },
    })
    const logger = createLogger({ level: 'info', stream, pretty: false })
    expect(() => logger.info({}, 'Nobody hears this.')).not.toThrow()
  })
})
