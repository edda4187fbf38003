export { createSimulator } from './simulator.ts'
export type { SimulatedLine, Simulator } from './simulator.ts'
