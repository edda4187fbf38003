import { z } from 'zod'
import { DEFAULT_ENGINE_OPTIONS, PROFILES } from '../core/options.ts'
import { PacketFilter } from '../core/packet-filter.ts'
import type { InternTable } from '../core/parse/api.ts'
import { parsePortRange, parseProtocol } from '../core/track/ignore.ts'
import { checkHttpUrl, checkListen, checkNetwork, checkPattern, checkZone } from './checks.ts'
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

/** For checking criteria, which look at texts only when a packet comes. */
const NO_TEXTS = { text: () => '' } as unknown as InternTable

const network = checked(checkNetwork)
const pattern = checked(checkPattern)
const port = word(throwing(parsePortRange))
const protocol = word(throwing(parseProtocol))
const count = z.int().min(1)
const file = z.string().min(1)

/** Five thresholds, each above the one before it. `mayBeOff`: where the first is 0 none counts. */
const thresholds = (what: string, mayBeOff = false) => {
  const first = mayBeOff ? z.int().min(0) : count
  return z.tuple([first, count, count, count, count]).superRefine((levels, context) => {
    levels.forEach((value, i) => {
      const before = levels[i - 1]
      if (before !== undefined && before !== 0 && value <= before)
        context.addIssue({
          code: 'custom',
          path: [i],
          message: `${value} is not above level ${i}: expected more than ${before} ${what}`,
        })
    })
  })
}

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
  uniqueHosts: thresholds('hosts', true)
    .default([...ENGINE.uniqueHosts])
    .describe(
      'Destinations of one source for levels 1 to 5; with 0 as the first, sweeps raise no level.',
    ),
  portRangeScan: z
    .int()
    .min(0)
    .max(65_535)
    .default(ENGINE.portRangeScan)
    .describe('A scan asks for ports at least so far apart.'),
  protocolScan: count
    .max(255)
    .default(ENGINE.protocolScan)
    .describe('A protocol scan uses at least so many IP protocols.'),
  minDangerLevel: z
    .int()
    .min(1)
    .max(5)
    .default(ENGINE.minDangerLevel)
    .describe(
      'Sources below this level are no attackers; above 1, no detection below it is told of.',
    ),
  ipv6: z.boolean().default(ENGINE.ipv6).describe('False: IPv6 packets are ignored.'),
  requireText: z
    .array(pattern)
    .default([])
    .describe('Regular expressions: lines in which none is found are not looked at.'),
  where: checked(throwing((text) => text === '' || new PacketFilter(text, NO_TEXTS)))
    .default(ENGINE.where)
    .describe('Only packets that fit, as in "src:192.0.2.0/24, dpt:>1024"; others are ignored.'),
  kernelTimestamps: z
    .enum(['strip', 'keep'])
    .default(ENGINE.kernelTimestamps)
    .describe('Whether the [ 12.345] of the kernel is part of the prefix.'),
  replyRule: z
    .boolean()
    .default(ENGINE.replyRule)
    .describe(
      'UDP packets from port 53, 123 or 443 to high ports are late answers, no scan, unless their source probed low ports as well.',
    ),
  expectTcpOptions: z
    .boolean()
    .default(ENGINE.expectTcpOptions)
    .describe('A SYN without options where options were logged before is taken for masscan.'),
  ignore: ignore
    .prefault({})
    .describe('Packets left out of all accounting but lines, packets and prefixes.'),
  health: z
    .boolean()
    .default(ENGINE.health)
    .describe('Judge the logging itself: rate limits, missing options, clocks.'),
  verdicts: verdicts
    .prefault({})
    .describe('Regular expressions on the prefix, tried before the built-in ones.'),
})

const signatures = z.strictObject({
  builtin: z
    .boolean()
    .default(true)
    .describe('Load the pack: the built-in one, or a newer one that was fetched.'),
  files: z.array(file).default([]).describe('Rule files to load besides.'),
  strict: z.boolean().default(false).describe('Refuse to start with any problem in a rule file.'),
  exactSizes: z
    .boolean()
    .default(false)
    .describe('Payload sizes by the real headers, instead of by the shares that psad allows.'),
  updateUrl: checked(checkHttpUrl)
    .optional()
    .describe('Where `picket signatures update` fetches rules; its .sha256 stands beside it.'),
  variables: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is no name of a variable'), z.string())
    .default({})
    .describe('Values of $NAME in rules, as EXTERNAL_NET or HTTP_PORTS.'),
  levels: z
    .record(z.string().regex(/^\d{1,9}$/, 'is no sid'), z.int().min(0).max(5))
    .default({})
    .describe('Danger level by sid; 0 ignores packets that match nothing else.'),
  levelFiles: z
    .array(file)
    .default([])
    .describe('Files with a sid and its danger level a line, as psad’s snort_rule_dl.'),
  classifications: z
    .array(file)
    .default([])
    .describe('Files in the form of Snort’s classification.config: levels by classtype.'),
  fwsnort: z
    .strictObject({
      mark: z
        .string()
        .default(ENGINE.fwsnortMark)
        .describe('What stands before the sid in prefixes of fwsnort; empty: not looked for.'),
      dirs: z
        .array(file)
        .default([])
        .describe('Folders of the *.rules files that fwsnort was made from.'),
    })
    .prefault({})
    .describe('Packets that fwsnort matched and logged.'),
})

const reputation = z.strictObject({
  name: z.string().min(1).describe('Name of the list in reasons.'),
  file: file.describe('File with an address or CIDR a line; # and ; begin comments.'),
  level: z.int().min(1).max(5).describe('Danger level of the addresses in it.'),
})

const tables = z.strictObject({
  icmpTypes: file.optional().describe('ICMP types and codes that exist, as psad’s icmp_types.'),
  icmp6Types: file.optional().describe('ICMPv6 types and codes, as psad’s icmp6_types.'),
  ipOptions: file.optional().describe('Names of IP options, as psad’s ip_options.'),
  protocols: file.optional().describe('Names of IP protocols, as psad’s protocols.'),
})

const top = (n: number) => z.int().min(0).default(n)
const report = z.strictObject({
  signatures: top(50).describe('Signatures in the text report, 0 for all.'),
  attackers: top(25).describe('Attackers in the text report, 0 for all.'),
  ports: top(20).describe('Ports of each protocol in the text report, 0 for all.'),
})

const fingerprints = z.strictObject({
  builtin: z
    .boolean()
    .default(true)
    .describe("Load Picket's own fingerprints; never used with the psad profile."),
  files: z
    .array(z.string().min(1))
    .default([])
    .describe('Files in the form of pf.os (OpenBSD, psad) to load besides.'),
  posfFiles: z.array(z.string().min(1)).default([]).describe('Files in the form of psad’s posf.'),
  maxHops: z
    .int()
    .min(1)
    .max(255)
    .default(ENGINE.fingerprints.maxHops)
    .describe('How far below the TTL of a fingerprint a packet’s may be (exclusive).'),
})

const limits = z.strictObject({
  pairs: z
    .int()
    .min(0)
    .default(ENGINE.limits.pairs ?? 0)
    .describe('Pairs of source and destination at once, 0 for as many as there is room for.'),
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
      pattern: pattern
        .optional()
        .describe('Regular expression on the line whose groups 1 and 2 are its time and host.'),
    })
    .prefault({})
    .describe('How times are read.'),
  detection: detection.prefault({}).describe('What counts as an attack.'),
  signatures: signatures.prefault({}).describe('Rules that packets are matched against.'),
  fingerprints: fingerprints
    .prefault({})
    .describe('What SYN packets say of the systems that send them.'),
  autoDl: z
    .strictObject({
      files: z.array(file).default([]).describe('Files in the form of psad’s auto_dl.'),
    })
    .prefault({})
    .describe('Levels given to addresses beforehand.'),
  reputation: z
    .array(reputation)
    .default([])
    .describe('Lists of addresses that are known to be bad.'),
  tables: tables.prefault({}).describe('Files in place of the built-in tables.'),
  report: report.prefault({}).describe('How long the lists of the text report are.'),
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
