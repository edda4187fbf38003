import {
  EventBusSrv,
  FieldType,
  locationUtil,
  setTimeZoneResolver,
  type GrafanaConfig,
  type InterpolateFunction,
} from '@grafana/data'
import {
  config,
  setAppEvents,
  setBackendSrv,
  setEchoSrv,
  setTemplateSrv,
  type BackendSrv,
  type EchoSrv,
  type PanelDataErrorViewProps,
  type TemplateSrv,
} from '@grafana/runtime'
import { NEVER } from 'rxjs'
import { setPanelDataErrorView } from 'host:error-view'
import { fillRegistries } from './registries'

/** Sets up what the Grafana application sets up around its panels. Returns what replaces variables in texts. */
export function wireServices(
  variables: Readonly<Record<string, string>>,
  timeZone: string,
): InterpolateFunction {
  fillRegistries()
  const replace = interpolateWith(variables)
  setTemplateSrv({
    replace,
    getVariables: () => Object.keys(variables).map((name) => ({ name })) as never,
    containsTemplate: (text?: string) => /\$\w|\$\{/.test(text ?? ''),
    updateTimeRange: () => undefined,
  } satisfies TemplateSrv)
  // No panel of ours asks a server; a call must hang visibly rather than reach some other page's server.
  setBackendSrv({
    fetch: () => NEVER,
    get: () => Promise.resolve({}),
    post: () => Promise.resolve({}),
  } as unknown as BackendSrv)
  setEchoSrv({
    addEvent: () => undefined,
    addBackend: () => undefined,
    flush: () => undefined,
  } as EchoSrv)
  setAppEvents(new EventBusSrv())
  setTimeZoneResolver(() => timeZone)
  locationUtil.initialize({
    config: config as unknown as GrafanaConfig,
    getTimeRangeForUrl: () => ({ from: 'now-6h', to: 'now' }) as never,
    getVariablesUrlParams: () => ({}),
  })
  setPanelDataErrorView(ErrorView)
  return replace
}

/** `$name`, `${name}`, `${name:format}` and `${__value.raw}` with the variables or the scoped ones; others stay. */
function interpolateWith(variables: Readonly<Record<string, string>>): InterpolateFunction {
  return (text, scoped) =>
    text.replace(/\$\{([\w.:]+)\}|\$(\w+)/g, (all, braced?: string, plain?: string) => {
      const path = (braced ?? plain ?? '').split(':')[0] ?? ''
      const [head = '', ...rest] = path.split('.')
      let value: unknown = scoped?.[head]?.value ?? variables[head]
      for (const key of rest) value = (value as Record<string, unknown> | undefined)?.[key]
      return value === undefined ? all : String(value)
    })
}

/** Same texts as the application's own view, which is not in the packages. */
function ErrorView(props: PanelDataErrorViewProps) {
  return (
    <div
      data-testid="data-testid Panel data error message"
      style={{ display: 'grid', placeItems: 'center', height: '100%' }}
    >
      {props.message ?? missingIn(props)}
    </div>
  )
}

function missingIn(props: PanelDataErrorViewProps): string {
  const { series } = props.data
  const has = (type: FieldType) => series.some((f) => f.fields.some((field) => field.type === type))
  if (!series.some((frame) => frame.length > 0)) return 'No data'
  if (props.needsStringField && !has(FieldType.string)) return 'Data is missing a string field'
  if (props.needsNumberField && !has(FieldType.number)) return 'Data is missing a number field'
  if (props.needsTimeField && !has(FieldType.time)) return 'Data is missing a time field'
  return 'Unable to render data'
}
