import { expect, test } from 'vitest'
import { parseListen, urlOf } from '../../src/telemetry/listen.ts'

test.each([
  { text: '127.0.0.1:9744', host: '127.0.0.1', port: 9744, url: 'http://127.0.0.1:9744' },
  { text: '[::1]:0', host: '::1', port: 0, url: 'http://[::1]:0' },
  { text: 'localhost:80', host: 'localhost', port: 80, url: 'http://localhost:80' },
  { text: ':9744', host: '', port: 9744, url: 'http://127.0.0.1:9744' },
  { text: '9744', host: '', port: 9744, url: 'http://127.0.0.1:9744' },
  { text: '0.0.0.0:9744', host: '0.0.0.0', port: 9744, url: 'http://127.0.0.1:9744' },
])('listens on $text', ({ text, host, port, url }) => {
  expect(parseListen(text)).toEqual({ host, port })
  expect(urlOf(host, port)).toBe(url)
})
