import { PanelOptionsEditorBuilder, type DataFrame, type PanelPlugin } from '@grafana/data'
import { Field } from '@grafana/ui'
import { cloneDeep, get, set } from 'lodash'
import type { ComponentType } from 'react'
import type { EditorProps } from './editors'

type Options = Record<string, unknown>

interface OptionsPaneProps {
  readonly plugin: PanelPlugin
  readonly options: Options
  readonly data: DataFrame[]
  readonly onChange: (options: Options) => void
}

/** A plain rendering of the options, enough to look at names, order, groups and `showIf`. */
export function OptionsPane({ plugin, options, data, onChange }: OptionsPaneProps) {
  const context = {
    data,
    options,
    replaceVariables: (text: string) => text,
    eventBus: undefined,
    instanceState: undefined,
  }
  const builder = new PanelOptionsEditorBuilder<Options>()
  plugin.getPanelOptionsSupplier()(builder as never, context as never)
  const items = builder.getItems().filter((item) => item.showIf?.(options, data) !== false)
  const categoryOf = (i: number) => items[i]?.category?.[0] ?? plugin.meta.name
  return (
    <div id="options" style={{ width: 320 }}>
      {items.map((item, i) => {
        const Editor = item.editor as unknown as ComponentType<
          EditorProps & { context: typeof context }
        >
        return (
          <div key={item.id}>
            {(i === 0 || categoryOf(i) !== categoryOf(i - 1)) && <h6>{categoryOf(i)}</h6>}
            <Field label={item.name} description={item.description} htmlFor={`option-${item.id}`}>
              <Editor
                id={`option-${item.id}`}
                item={item as EditorProps['item']}
                context={context}
                value={get(options, item.path) as unknown}
                onChange={(value) => onChange(set(cloneDeep(options), item.path, value))}
              />
            </Field>
          </div>
        )
      })}
    </div>
  )
}
