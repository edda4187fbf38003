import type { ExportFile } from '../../data/export'

/** Hands a file to the browser's downloads. */
export function saveFile({ text, name, type }: ExportFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken the address by the next turn.
  setTimeout(() => URL.revokeObjectURL(url))
}

/** Puts text on the clipboard; false if the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (window.isSecureContext) {
      await navigator.clipboard.writeText(text)
      return true
    }
    return copyOverHttp(text)
  } catch {
    return false
  }
}

// Browsers keep the clipboard's API from pages without TLS, as which many Grafanas are served.
function copyOverHttp(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  const focused = document.activeElement
  document.body.append(area)
  area.select()
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without TLS
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  return done
}
