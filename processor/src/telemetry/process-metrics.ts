import { Counter, Gauge, type Registry } from 'prom-client'

/** The few numbers of the process that an operator looks at, under their usual names. */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry]
  const startedAt = Math.round(Date.now() / 1000 - process.uptime())

  let cpuBefore = 0
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time used, user and system.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      const seconds = (user + system) / 1e6
      this.inc(Math.max(0, seconds - cpuBefore))
      cpuBefore = seconds
    },
  })
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, seconds since 1970.',
    registers,
  }).set(startedAt)
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process that is in RAM.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  const heap = new Gauge({
    name: 'nodejs_heap_size_used_bytes',
    help: 'JavaScript heap in use.',
    registers,
    collect() {
      const { heapUsed, external } = process.memoryUsage()
      heap.set(heapUsed)
      externalMemory.set(external)
    },
  })
  const externalMemory = new Gauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory of buffers outside of the JavaScript heap.',
    registers,
  })
}
