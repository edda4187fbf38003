// Controls, and characters that turn the direction of the text around them: an attacker may put them into names.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Text out of the data as it can be shown: one line, no controls, at most `max` characters. */
export function plainText(text: string, max = 200): string {
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text
  return cut.replace(UNSAFE, '\ufffd')
}

const STEPS = [
  { size: 1e12, unit: 'T' },
  { size: 1e9, unit: 'G' },
  { size: 1e6, unit: 'M' },
  { size: 1e3, unit: 'k' },
] as const

/** 1234 as `1.2k`: at most four characters and the unit up to 999 T. */
export function compactNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  for (const { size, unit } of STEPS) {
    // What would round to the next unit is written in it: 999,999 is 1M, not 1000k.
    if (Math.abs(value) < size * 0.9995) continue
    const scaled = value / size
    const text = Math.abs(scaled) < 9.95 ? scaled.toFixed(1).replace('.0', '') : scaled.toFixed(0)
    return text + unit
  }
  return String(Math.round(value))
}

// One for all: `toLocaleString` makes a new one for each number, which takes longer than anything else in a row.
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })

/** With the reader's separators; `–` for what is no number. */
export function exactNumber(value: number): string {
  return Number.isFinite(value) ? WHOLE.format(value) : '–'
}
