import { cleanup } from '@testing-library/react'
import { initPluginTranslations } from '@grafana/i18n'
import { afterEach, vi } from 'vitest'
import pluginJson from '../../src/plugin.json'

// What jsdom lacks and the packages ask for at import.
window.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {},
  dispatchEvent: () => false,
})) as typeof window.matchMedia
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as typeof ResizeObserver
HTMLCanvasElement.prototype.getContext = vi.fn() as never

await initPluginTranslations(pluginJson.id)
afterEach(cleanup)
