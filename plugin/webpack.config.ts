// The scaffold's configuration and three differences: newer JavaScript (private fields turned into WeakMaps would
// make the detection core several times slower), the new JSX runtime, and the core taken from its sources.
import path from 'path'
import type { Configuration, RuleSetRule } from 'webpack'
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts'

const config = async (env: Env): Promise<Configuration> => {
  const base = await grafanaConfig(env)
  const root = process.cwd()
  for (const rule of (base.module?.rules ?? []) as RuleSetRule[]) {
    const use = rule.use as
      { loader?: string; options?: { jsc?: Record<string, unknown> } } | undefined
    if (use?.loader !== 'swc-loader' || use.options?.jsc === undefined) continue
    use.options.jsc['target'] = 'es2022'
    use.options.jsc['transform'] = { react: { runtime: 'automatic' } }
  }
  return {
    ...base,
    resolve: {
      ...base.resolve,
      alias: {
        '@picket/processor/core': path.resolve(root, '../processor/src/core/index.ts'),
      },
    },
  }
}

export default config
