import { FIREWALLS, logLine } from './firewall.ts'
import { Random } from './random.ts'
import { CHATTER, SCENARIOS, noise } from './scenarios.ts'

/** One line as a shipper would push it. */
export interface SimulatedLine {
  /** Nanoseconds since 1970. */
  readonly ns: bigint
  readonly labels: Readonly<Record<string, string>>
  readonly line: string
}

export interface SimulatorOptions {
  readonly seed: number
  /** Lines of background noise a second; the attackers come on top, at their own pace. */
  readonly rate: number
  /** Ms since 1970: when the traffic begins. */
  readonly start: number
  /** False leaves only the background noise: what nothing may be alerted of. */
  readonly attackers?: boolean
}

export interface Simulator {
  /**
   * All lines from where the last call ended up to (not including) `untilMs`, in order of time. What lies more than ten
   * minutes back is left out, attackers and all: a machine that slept does not wake up to millions of lines.
   */
  next(untilMs: number): SimulatedLine[]
}

interface Running {
  readonly index: number
  at: number
  packet: number
  round: number
  /** Of its usual pause. */
  pace: number
}

const MS = 1_000_000n
const MAX_GAP_MS = 600_000
/** Packets that a scanner sends before it goes on faster or slower. */
const PACE_PACKETS = 50

/** Seeded traffic: the same options give the same lines, however `next` is called. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { seed, rate, start } = options
  const background = new Random(seed)
  const attackers = SCENARIOS.map((_, index) => new Random(seed * 31 + index + 1))
  const scenarios = options.attackers === false ? [] : SCENARIOS
  const running: Running[] = scenarios.map((scenario, index) => ({
    index,
    at: scenario.after,
    packet: 0,
    round: 0,
    pace: 1,
  }))
  const noiseEvery = 1000 / rate
  let noiseCount = 0
  // Traffic time is the clock's less the gaps that were left out.
  let origin = start
  let reached = 0

  function* noiseUntil(end: number): Generator<SimulatedLine> {
    for (; noiseCount * noiseEvery < end; noiseCount++) {
      const ms = noiseCount * noiseEvery
      const firewall = background.pick(FIREWALLS)
      const at = Math.floor(origin + ms)
      const line =
        background.below(200) === 0
          ? `${new Date(at).toISOString().replace('Z', '+00:00')} ${firewall.host} kernel: ${background.pick(CHATTER)}`
          : logLine(firewall, at, noise(background), background)
      // The counter in the nanoseconds keeps lines of one millisecond apart.
      yield entry(at, noiseCount % 1000, firewall.host, firewall.app, line)
    }
  }

  function* attacksUntil(end: number): Generator<SimulatedLine> {
    for (const state of running) {
      const scenario = SCENARIOS[state.index]
      const random = attackers[state.index]
      if (scenario === undefined || random === undefined) continue
      while (state.at < end) {
        const firewall = FIREWALLS[state.index % FIREWALLS.length] ?? FIREWALLS[0]
        const at = Math.floor(origin + state.at)
        const packet = scenario.packet(state.packet, state.round, random)
        yield entry(
          at,
          1000 + state.index,
          firewall.host,
          firewall.app,
          logLine(firewall, at, packet, random),
        )
        state.packet++
        // No scanner keeps time like a clock: only a rate limit does.
        if (state.packet % PACE_PACKETS === 0) state.pace = 0.4 + 1.2 * random.next()
        state.at += scenario.pauseMs * state.pace
        if (state.packet >= scenario.packets) {
          state.packet = 0
          state.round++
          state.at = Math.max(state.at, scenario.after + state.round * scenario.every)
        }
      }
    }
  }

  return {
    next(untilMs) {
      origin += Math.max(0, untilMs - origin - reached - MAX_GAP_MS)
      const end = untilMs - origin
      reached = Math.max(reached, end)
      const lines = [...noiseUntil(end), ...attacksUntil(end)]
      return lines.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0))
    },
  }
}

function entry(
  ms: number,
  extraNs: number,
  host: string,
  app: string,
  line: string,
): SimulatedLine {
  return { ns: BigInt(ms) * MS + BigInt(extraNs), labels: { job: 'firewall', host, app }, line }
}
