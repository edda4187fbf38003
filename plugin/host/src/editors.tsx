import type { DataFrame, Field, SelectableValue, StandardEditorContext } from '@grafana/data'
import { Input, RadioButtonGroup, Select, Slider, Switch } from '@grafana/ui'
import type { ComponentType } from 'react'

/** What an option's editor gets; settings are the option's own. */
export interface EditorProps {
  readonly id?: string
  readonly value: unknown
  readonly item: { readonly settings?: EditorSettings }
  readonly context: Pick<StandardEditorContext<unknown>, 'data'>
  readonly onChange: (value: unknown) => void
}

interface EditorSettings {
  readonly options?: SelectableValue<unknown>[]
  readonly allowCustomValue?: boolean
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly filter?: (field: Field) => boolean
}

const Text = ({ id, value, onChange }: EditorProps) => (
  <Input
    id={id}
    value={typeof value === 'string' ? value : ''}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

const Numeric = ({ id, value, onChange }: EditorProps) => (
  <Input
    id={id}
    type="number"
    value={typeof value === 'number' ? value : ''}
    onChange={({ currentTarget }) =>
      onChange(currentTarget.value === '' ? undefined : Number(currentTarget.value))
    }
  />
)

const Toggle = ({ id, value, onChange }: EditorProps) => (
  <Switch
    id={id}
    value={Boolean(value)}
    onChange={(event) => onChange(event.currentTarget.checked)}
  />
)

const One = ({ id, value, item, onChange }: EditorProps) => (
  <Select
    inputId={id}
    value={value}
    options={item.settings?.options ?? []}
    allowCustomValue={item.settings?.allowCustomValue}
    onChange={(chosen: SelectableValue<unknown> | null) => onChange(chosen?.value)}
  />
)

const Several = ({ id, value, item, onChange }: EditorProps) => (
  <Select
    inputId={id}
    {...{ isMulti: true }}
    value={value}
    options={item.settings?.options ?? []}
    onChange={(chosen) =>
      onChange((chosen as unknown as SelectableValue<unknown>[]).map((one) => one.value))
    }
  />
)

const Radio = ({ id, value, item, onChange }: EditorProps) => (
  <RadioButtonGroup
    id={id}
    value={value}
    options={item.settings?.options ?? []}
    onChange={onChange}
  />
)

const Slide = ({ id = '', value, item, onChange }: EditorProps) => (
  <Slider
    inputId={id}
    value={Number(value)}
    min={item.settings?.min ?? 0}
    max={item.settings?.max ?? 100}
    step={item.settings?.step ?? 1}
    onChange={onChange}
  />
)

const FieldName = ({ id, value, item, context, onChange }: EditorProps) => {
  const keep = item.settings?.filter ?? (() => true)
  const names = new Set(
    context.data.flatMap((frame: DataFrame) =>
      frame.fields.filter(keep).map((field) => field.name),
    ),
  )
  return (
    <Select
      inputId={id}
      isClearable
      value={value}
      options={[...names].map((name) => ({ label: name, value: name as unknown }))}
      onChange={(chosen: SelectableValue<unknown> | null) => onChange(chosen?.value)}
    />
  )
}

/** Anything else, as its JSON. */
const Raw = ({ value, onChange, ...rest }: EditorProps) => (
  <Text
    {...rest}
    value={JSON.stringify(value ?? null)}
    onChange={(text) => onChange(JSON.parse(String(text)))}
  />
)

/** Plain editors by the ids that Grafana gives its own. */
export const EDITORS: Readonly<Record<string, ComponentType<EditorProps>>> = {
  number: Numeric,
  min: Numeric,
  max: Numeric,
  decimals: Numeric,
  slider: Slide,
  text: Text,
  strings: Raw,
  boolean: Toggle,
  fieldMinMax: Toggle,
  filterable: Toggle,
  select: One,
  'multi-select': Several,
  radio: Radio,
  unit: Text,
  color: Text,
  fieldColor: Raw,
  links: Raw,
  actions: Raw,
  'stats-picker': Several,
  timezone: Text,
  'field-name': FieldName,
  'dashboard-uid': Text,
  mappings: Raw,
  thresholds: Raw,
}
