// Before any of Grafana's packages loads: they read these while they do. Imported first, for its effects.

declare global {
  interface Window {
    __grafana_public_path__?: string
    grafanaBootData?: unknown
  }
}

const script = document.currentScript as HTMLScriptElement
const nonce = script.nonce

/** Where this build is served, with a slash at the end. */
export const BASE = new URL('.', script.src).pathname

window.__grafana_public_path__ = `${BASE}public/`
window.grafanaBootData = {
  settings: {
    buildInfo: { version: '0.0.0', env: 'production' },
    featureToggles: {},
    bootData: {},
  },
  user: { locale: 'en-US', orgRole: 'Viewer' },
  navTree: [],
}

// A package of Grafana's checks data with zod, which asks the browser whether it may make code from text: it may not.
Object.assign(window, { __zod_globalConfig: { jitless: true } })

// Emotion and others write their styles into elements that they make; the page's policy lets in those with the nonce.
const create = document.createElement.bind(document)
document.createElement = (name: string, options?: ElementCreationOptions) => {
  const element = create(name, options)
  if (element instanceof HTMLStyleElement) element.nonce = nonce
  return element
}
