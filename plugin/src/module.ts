import { FieldColorModeId, FieldConfigProperty, PanelPlugin } from '@grafana/data'
import { initPluginTranslations } from '@grafana/i18n'
import { Panel } from './components/Panel'
import { DEFAULT_LEVEL_THRESHOLDS } from './components/parts/useLooks'
import { changedPanel, migrateOptions } from './migrations'
import { addPanelOptions } from './panel-options'
import pluginJson from './plugin.json'
import { suggest } from './suggestions'
import type { Options } from './types'

await initPluginTranslations(pluginJson.id)

export const plugin = new PanelPlugin<Options>(Panel)
  .useFieldConfig({
    standardOptions: {
      // Danger levels are ordinary thresholds and mappings: 1 to 5.
      [FieldConfigProperty.Thresholds]: { defaultValue: DEFAULT_LEVEL_THRESHOLDS },
      [FieldConfigProperty.Color]: {
        defaultValue: { mode: FieldColorModeId.Thresholds },
        settings: { byValueSupport: true, preferThresholdsMode: true },
      },
    },
    disableStandardOptions: [FieldConfigProperty.Min, FieldConfigProperty.Max],
  })
  .setPanelOptions(addPanelOptions)
  .setMigrationHandler(migrateOptions)
  .setPanelChangeHandler(changedPanel)
  .setDataSupport({ annotations: true })
  .setSuggestionsSupplier(suggest)
