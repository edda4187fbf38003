/** Inner files of packages that Grafana itself wires up; `host/bundle.mjs` finds them. */
declare module 'host:i18n' {
  export function initializeI18n(
    options: { ns?: string[]; language?: string },
    regionalFormat: string,
  ): Promise<{ language: string | undefined }>
}

declare module 'host:error-view' {
  import type { ComponentType } from 'react'
  import type { PanelDataErrorViewProps } from '@grafana/runtime'
  export function setPanelDataErrorView(view: ComponentType<PanelDataErrorViewProps>): void
}
