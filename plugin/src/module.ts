import { PanelPlugin } from '@grafana/data'
import { Panel } from './components/Panel'
import { DEFAULT_OPTIONS } from './options'
import { VIEWS, type Options } from './types'

export const plugin = new PanelPlugin<Options>(Panel)
  .useFieldConfig()
  .setPanelOptions((builder) => {
    builder.addRadio({
      path: 'view',
      name: 'View',
      defaultValue: DEFAULT_OPTIONS.view,
      settings: { options: VIEWS.map((value) => ({ value, label: value })) },
    })
  })
