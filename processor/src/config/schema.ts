import { z } from 'zod'
import { DEFAULT_ENGINE_OPTIONS, PROFILES } from '../core/options.ts'
import { parsePortRange, parseProtocol } from '../core/track/ignore.ts'
import { checkListen, checkNetwork, checkPattern, checkZone } from './checks.ts'
import type { Check } from './checks.ts'
import { sinkSchemas, sourceSchemas } from './components.ts'
import { duration } from './values.ts'

const ENGINE = DEFAULT_ENGINE_OPTIONS

const checked = (check: Check) =>
  z.string().superRefine((value, context) => {
    const problem = check(value)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })

/** A check made of a function that throws a RangeError with the message for the user. */
const throwing =
  (parse: (text: string) => unknown): Check =>
  (text) => {
    try {
      parse(text)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

/** YAML reads `22` as a number: ports and protocols may be written without quotes. */
const word = (check: Check) =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const text = String(value)
    const problem = check(text)
    if (problem === undefined) return text
    context.addIssue({ code: 'custom', message: problem })
    return z.NEVER
  })

const network = checked(checkNetwork)
const pattern = checked(checkPattern)
const port = word(throwing(parsePortRange))
const protocol = word(throwing(parseProtocol))
const count = z.int().min(1)

/** Five thresholds, each above the one before it. */
const thresholds = (what: string) =>
  z.tuple([count, count, count, count, count]).superRefine((levels, context) => {
    levels.forEach((value, i) => {
      const before = levels[i - 1]
      if (before !== undefined && value <= before)
        context.addIssue({
          code: 'custom',
          path: [i],
          message: `${value} is not above level ${i}: expected more than ${before} ${what}`,
        })
    })
  })

const http = z.strictObject({
  listen: checked(checkListen)
    .default('127.0.0.1:9744')
    .describe('Address and port of metrics, health, report and live page.'),
  token: z
    .string()
    .min(1)
    .optional()
    .describe('Bearer token for requests that change state; without one they are off.'),
  tokenFile: z
    .string()
    .min(1)
    .optional()
    .describe('File whose content, without trailing white space, is the token.'),
  push: z
    .boolean()
    .default(false)
    .describe('Accept lines at /loki/api/v1/push, as from Alloy, Promtail or Vector.'),
})

const ignore = z.strictObject({
  ports: z
    .array(port)
    .default([])
    .describe('Destination ports: tcp/22, udp/61000-61356, or 22 for both.'),
  protocols: z.array(protocol).default([]).describe('Names or numbers of IP protocols.'),
  interfaces: z.array(z.string()).default([]).describe('Interfaces by their exact name.'),
  prefixes: z.array(pattern).default([]).describe('Regular expressions searched in the prefix.'),
  networks: z.array(network).default([]).describe('Sources: addresses or CIDRs.'),
  ackAndRst: z
    .boolean()
    .default(true)
    .describe('TCP packets with ACK or RST set, which answer; false shows ACK scans.'),
})

const verdicts = z.strictObject({
  drop: z.array(pattern).default([]).describe('Prefixes of dropped or rejected packets.'),
  accept: z
    .array(pattern)
    .default([])
    .describe('Prefixes of accepted packets: never towards thresholds.'),
  audit: z
    .array(pattern)
    .default([])
    .describe('Prefixes of packets that are logged only: never towards thresholds.'),
})

const detection = z.strictObject({
  profile: z
    .enum(PROFILES)
    .default(ENGINE.profile)
    .describe('picket, or psad to answer as psad -A does.'),
  scanTimeout: duration
    .default(ENGINE.scanTimeoutMs)
    .describe('A scan ends after this long without a packet of its source.'),
  persistence: z.boolean().default(ENGINE.persistence).describe('Scans never end.'),
  dangerLevels: thresholds('packets')
    .default([...ENGINE.dangerLevels])
    .describe('Packets of one source to one destination for levels 1 to 5.'),
  uniqueHosts: thresholds('hosts')
    .default([...ENGINE.uniqueHosts])
    .describe('Destinations of one source for levels 1 to 5.'),
  ignore: ignore
    .prefault({})
    .describe('Packets left out of all accounting but lines, packets and prefixes.'),
  verdicts: verdicts
    .prefault({})
    .describe('Regular expressions on the prefix, tried before the built-in ones.'),
})

const signatures = z.strictObject({
  builtin: z.boolean().default(true).describe("Load Picket's own rules."),
  files: z.array(z.string().min(1)).default([]).describe('Rule files to load besides.'),
})

const limits = z.strictObject({
  sources: count.default(ENGINE.limits.sources).describe('Sources tracked at once.'),
  portsPerSource: count
    .default(ENGINE.limits.portsPerSource)
    .describe('Distinct ports remembered for one source.'),
  metricsTopN: count
    .max(1000)
    .default(ENGINE.limits.metricsTopN)
    .describe('Addresses and ports that become labels of metrics.'),
})

/** Picket's configuration file. Every key's description is the manual. */
export const configSchema = z.strictObject({
  stateDir: z
    .string()
    .min(1)
    .default('./picket-state')
    .describe('Folder of checkpoints and undelivered detections.'),
  http: http.prefault({}).describe('The HTTP interface of `picket run`.'),
  homeNet: z
    .array(network)
    .min(1)
    .default([...ENGINE.homeNet])
    .describe('Networks that are ours: any, addresses or CIDRs.'),
  time: z
    .strictObject({
      zone: checked(checkZone).default(ENGINE.zone).describe('Zone of lines that carry none.'),
    })
    .prefault({})
    .describe('How times are read.'),
  detection: detection.prefault({}).describe('What counts as an attack.'),
  signatures: signatures.prefault({}).describe('Rules that packets are matched against.'),
  autoDl: z
    .strictObject({
      files: z
        .array(z.string())
        .max(0, 'not supported by this version: expected an empty list')
        .default([])
        .describe('Files in the form of psad’s auto_dl.'),
    })
    .prefault({})
    .describe('Levels given to addresses beforehand.'),
  limits: limits.prefault({}).describe('Bounds on memory.'),
  sources: z
    .array(z.discriminatedUnion('type', sourceSchemas))
    .default([])
    .describe('Inputs: where lines come from.'),
  sinks: z
    .array(z.discriminatedUnion('type', sinkSchemas))
    .default([])
    .describe('Where detections and metrics go.'),
})

/** The configuration as loaded: defaults filled in, durations in milliseconds, every component named. */
export type Config = z.output<typeof configSchema>
export type SinkConfig = Config['sinks'][number]
