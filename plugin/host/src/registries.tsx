// The editors and standard field options live in the Grafana application, not in the packages. Without them
// addSliderInput() and friends throw, and thresholds, mappings, units ... are dropped. These stand-ins keep the
// ids, paths and processors, with plain editors.
import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  FieldColorModeId,
  FieldType,
  identityOverrideProcessor,
  numberOverrideProcessor,
  PanelOptionsEditorBuilder,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  ThresholdsMode,
  thresholdsOverrideProcessor,
  valueMappingsOverrideProcessor,
  type DataFrame,
  type Field,
} from '@grafana/data'
import { Field as FormField, Input, RadioButtonGroup, Select, Slider, Switch } from '@grafana/ui'
import { get, set, cloneDeep } from 'lodash'

const Text = (p: any) => (
  <Input id={p.id} value={p.value ?? ''} onChange={(e) => p.onChange(e.currentTarget.value)} />
)
const Num = (p: any) => (
  <Input
    id={p.id}
    type="number"
    value={p.value ?? ''}
    onChange={(e) => p.onChange(e.currentTarget.value === '' ? undefined : +e.currentTarget.value)}
  />
)
const Bool = (p: any) => (
  <Switch
    id={p.id}
    value={Boolean(p.value)}
    onChange={(e) => p.onChange(e.currentTarget.checked)}
  />
)
const Pick = (p: any) => (
  <Select
    inputId={p.id}
    value={p.value}
    options={p.item.settings?.options ?? []}
    allowCustomValue={p.item.settings?.allowCustomValue}
    onChange={(o: any) => p.onChange(o?.value)}
  />
)
const Multi = (p: any) => (
  <Select
    inputId={p.id}
    isMulti
    {...({} as any)}
    value={p.value}
    options={p.item.settings?.options ?? []}
    onChange={(o: any) => p.onChange(o.map((x: any) => x.value))}
  />
)
const Radio = (p: any) => (
  <RadioButtonGroup
    id={p.id}
    value={p.value}
    options={p.item.settings?.options ?? []}
    onChange={p.onChange}
  />
)
const Slide = (p: any) => (
  <Slider
    inputId={p.id}
    value={p.value}
    min={p.item.settings?.min ?? 0}
    max={p.item.settings?.max ?? 100}
    step={p.item.settings?.step ?? 1}
    onChange={p.onChange}
  />
)
const Names = (p: any) => {
  const keep = p.item.settings?.filter ?? (() => true)
  const names = [
    ...new Set(
      (p.context.data ?? []).flatMap((f: DataFrame) =>
        f.fields.filter(keep).map((x: Field) => x.name),
      ),
    ),
  ]
  return (
    <Select
      inputId={p.id}
      isClearable
      value={p.value}
      options={names.map((n: any) => ({ label: n, value: n }))}
      onChange={(o: any) => p.onChange(o?.value)}
    />
  )
}
const Raw = (p: any) => (
  <Text
    {...p}
    value={JSON.stringify(p.value ?? null)}
    onChange={(s: string) => p.onChange(JSON.parse(s))}
  />
)

let done = false
export function fillRegistries() {
  if (done) {
    return
  }
  done = true
  const editors: Record<string, any> = {
    number: Num,
    slider: Slide,
    text: Text,
    strings: Raw,
    boolean: Bool,
    select: Pick,
    'multi-select': Multi,
    radio: Radio,
    unit: Text,
    color: Text,
    fieldColor: Raw,
    links: Raw,
    actions: Raw,
    'stats-picker': Multi,
    timezone: Text,
    'field-name': Names,
    'dashboard-uid': Text,
    mappings: Raw,
    thresholds: Raw,
  }
  standardEditorsRegistry.setInit(
    () => Object.entries(editors).map(([id, editor]) => ({ id, name: id, editor })) as any,
  )

  const isNumber = (f: Field) => f.type === FieldType.number
  const std = (id: string, name: string, editor: string, process: any, more: any = {}) => ({
    id,
    path: id,
    name,
    editor: editors[editor],
    override: editors[editor],
    process,
    settings: {},
    shouldApply: () => true,
    category: ['Standard options'],
    ...more,
  })
  standardFieldConfigEditorRegistry.setInit(
    () =>
      [
        std('unit', 'Unit', 'unit', stringOverrideProcessor),
        std('min', 'Min', 'number', numberOverrideProcessor, { shouldApply: isNumber }),
        std('max', 'Max', 'number', numberOverrideProcessor, { shouldApply: isNumber }),
        std('fieldMinMax', 'Field min/max', 'boolean', booleanOverrideProcessor, {
          shouldApply: isNumber,
        }),
        std('decimals', 'Decimals', 'number', numberOverrideProcessor, { shouldApply: isNumber }),
        std('displayName', 'Display name', 'text', displayNameOverrideProcessor),
        std('color', 'Color scheme', 'fieldColor', identityOverrideProcessor, {
          defaultValue: { mode: FieldColorModeId.PaletteClassic },
        }),
        std('noValue', 'No value', 'text', stringOverrideProcessor),
        std('links', 'Data links', 'links', dataLinksOverrideProcessor),
        std('actions', 'Actions', 'actions', identityOverrideProcessor),
        std('mappings', 'Value mappings', 'mappings', valueMappingsOverrideProcessor, {
          defaultValue: [],
        }),
        std('thresholds', 'Thresholds', 'thresholds', thresholdsOverrideProcessor, {
          defaultValue: {
            mode: ThresholdsMode.Absolute,
            steps: [
              { value: -Infinity, color: 'green' },
              { value: 80, color: 'red' },
            ],
          },
        }),
        std('filterable', 'Ad-hoc filterable', 'boolean', booleanOverrideProcessor),
      ] as any,
  )
}

/** A plain rendering of the options pane, enough to look at names, order, groups and showIf. */
export function OptionsEditor(props: {
  plugin: any
  options: any
  data: DataFrame[]
  onChange: (o: any) => void
}) {
  const { plugin, options, data, onChange } = props
  const context = {
    data,
    options,
    replaceVariables: (s: string) => s,
    eventBus: undefined,
    instanceState: undefined,
  } as any
  const builder = new PanelOptionsEditorBuilder<any>()
  plugin.getPanelOptionsSupplier()(builder, context)
  let last = ''
  return (
    <div id="options" style={{ width: 320 }}>
      {builder
        .getItems()
        .filter((i: any) => !i.showIf || i.showIf(options, data, undefined))
        .map((item: any) => {
          const cat = item.category?.[0] ?? plugin.meta.name
          const head = cat !== last ? <h6 key={`h-${cat}`}>{(last = cat)}</h6> : null
          const id = `opt-${item.id}`
          const Editor = item.editor
          return (
            <div key={item.id}>
              {head}
              <FormField label={item.name} description={item.description} htmlFor={id}>
                <Editor
                  id={id}
                  item={item}
                  context={context}
                  value={get(options, item.path)}
                  onChange={(v: any) => onChange(set(cloneDeep(options), item.path, v))}
                />
              </FormField>
            </div>
          )
        })}
    </div>
  )
}
