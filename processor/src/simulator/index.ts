export { createSimulator } from './simulator.ts'
export type { SimulatedLine, Simulator, SimulatorOptions } from './simulator.ts'
