import * as React from 'react'
import * as jsxRuntime from 'react/jsx-runtime'
import * as ReactDOM from 'react-dom'
import * as emotionCss from '@emotion/css'
import * as emotionReact from '@emotion/react'
import * as grafanaData from '@grafana/data'
import * as grafanaRuntime from '@grafana/runtime'
import * as grafanaUI from '@grafana/ui'
import * as i18next from 'i18next'
import * as lodash from 'lodash'
import * as moment from 'moment'
import * as rxjs from 'rxjs'
import * as rxjsOperators from 'rxjs/operators'

/** What a plugin may import, by name, as in Grafana. */
export const SHARED_MODULES: ReadonlyMap<string, object> = new Map<string, object>(
  Object.entries({
    react: React,
    'react/jsx-runtime': jsxRuntime,
    'react-dom': ReactDOM,
    '@emotion/css': emotionCss,
    '@emotion/react': emotionReact,
    '@grafana/data': grafanaData,
    '@grafana/runtime': grafanaRuntime,
    '@grafana/ui': grafanaUI,
    i18next,
    lodash,
    moment,
    rxjs,
    'rxjs/operators': rxjsOperators,
  }).map(([name, module]) => [name, liveBindings(module)]),
)

/** A module object that always gives the newest binding: `PanelDataErrorView` and others are replaced after start-up. */
function liveBindings(module: object): object {
  const from = module as Record<string, unknown>
  const out = Object.create(null, {
    __esModule: { value: true },
    [Symbol.toStringTag]: { value: 'Module' },
    default: { enumerable: true, get: () => from['default'] ?? from },
  }) as object
  for (const key of Object.keys(from)) {
    if (key !== 'default')
      Object.defineProperty(out, key, { enumerable: true, get: () => from[key] })
  }
  return out
}
