// The editors and the standard field options live in the Grafana application, not in its packages. Without them
// addSliderInput() and its kin throw, and thresholds, mappings and units are dropped. These stand-ins keep ids, paths
// and processors.
import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  FieldColorModeId,
  FieldType,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  ThresholdsMode,
  thresholdsOverrideProcessor,
  valueMappingsOverrideProcessor,
  type Field,
  type FieldConfigPropertyItem,
} from '@grafana/data'
import { EDITORS } from './editors'

let isFilled = false

/** Once; the packages' registries live as long as the page. */
export function fillRegistries(): void {
  if (isFilled) return
  isFilled = true
  standardEditorsRegistry.setInit(() =>
    Object.entries(EDITORS).map(([id, editor]) => ({ id, name: id, editor: editor as never })),
  )
  standardFieldConfigEditorRegistry.setInit(standardOptions)
}

const isNumber = (field: Field): boolean => field.type === FieldType.number

const standardOptions = (): FieldConfigPropertyItem[] => [
  standard('unit', 'Unit', stringOverrideProcessor),
  standard('min', 'Min', numberOverrideProcessor, { shouldApply: isNumber }),
  standard('max', 'Max', numberOverrideProcessor, { shouldApply: isNumber }),
  standard('fieldMinMax', 'Field min/max', booleanOverrideProcessor, { shouldApply: isNumber }),
  standard('decimals', 'Decimals', numberOverrideProcessor, { shouldApply: isNumber }),
  standard('displayName', 'Display name', displayNameOverrideProcessor),
  standard('color', 'Color scheme', identityOverrideProcessor, {
    defaultValue: { mode: FieldColorModeId.PaletteClassic },
  }),
  standard('noValue', 'No value', stringOverrideProcessor),
  standard('links', 'Data links', dataLinksOverrideProcessor),
  standard('actions', 'Actions', identityOverrideProcessor),
  standard('mappings', 'Value mappings', valueMappingsOverrideProcessor, { defaultValue: [] }),
  standard('thresholds', 'Thresholds', thresholdsOverrideProcessor, {
    defaultValue: {
      mode: ThresholdsMode.Absolute,
      steps: [
        { value: -Infinity, color: 'green' },
        { value: 80, color: 'red' },
      ],
    },
  }),
  standard('filterable', 'Ad-hoc filterable', booleanOverrideProcessor),
]

function standard(
  id: string,
  name: string,
  process: unknown,
  more: Partial<FieldConfigPropertyItem> = {},
): FieldConfigPropertyItem {
  const editor = EDITORS[id] ?? EDITORS['text']
  return {
    id,
    path: id,
    name,
    editor: editor as never,
    override: editor as never,
    process: process as never,
    settings: {},
    shouldApply: () => true,
    category: ['Standard options'],
    ...more,
  }
}
