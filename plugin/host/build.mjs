// Builds what is not fresh: `npm run host`, or some of it: node host/build.mjs live
import { ensureBuilt } from './builds.mjs'

const names = process.argv.slice(2)
await ensureBuilt(names.length === 0 ? ['module', '12', '13', 'live'] : names, console.log)
