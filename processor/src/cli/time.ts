/**
 * A point in time as people give it on the command line, in ms since 1970: ISO 8601 (UTC where it names no zone,
 * so that the zone of the machine does not matter) or seconds since 1970. Undefined if it is neither.
 */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d{9,11}(?:\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000)
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
      trimmed,
    )
  if (match === null) return undefined
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    zone = 'Z',
  ] = match
  const date = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(date) || new Date(date).getUTCDate() !== Number(day)) return undefined
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  const minutes =
    offset === null ? 0 : Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3]))
  return date + Math.round(Number(`0.${fraction || '0'}`) * 1000) - minutes * 60_000
}
