import { AppEvents, type DataFrame, type InterpolateFunction } from '@grafana/data'
import { getAppEvents, getBackendSrv } from '@grafana/runtime'
import { ConfirmModal, Field, Input } from '@grafana/ui'
import { useCallback, useState, type ReactNode } from 'react'
import { lastValueFrom } from 'rxjs'
import type { RowRef } from '../data/model'
import { plainText } from '../data/text'
import { t } from '../i18n'
import { fieldActions, type FieldAction } from './fieldActions'
import type { RowAction } from './view'

interface FieldActions {
  /** The actions of a row; each asks before it does anything. */
  readonly of: (row: RowRef | undefined) => readonly RowAction[]
  /** What asks; to be drawn anywhere. */
  readonly dialog: ReactNode
}

/** Actions that the fields of the data have (standard option *Actions*), the way Grafana's own panels do them. */
export function useFieldActions(
  series: readonly DataFrame[],
  replaceVariables: InterpolateFunction,
): FieldActions {
  const [asked, setAsked] = useState<FieldAction>()
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({})
  const of = useCallback(
    (row: RowRef | undefined) =>
      fieldActions(series, row, replaceVariables).map((action) => ({
        title: action.title,
        run() {
          setAnswers({})
          setAsked(action)
        },
      })),
    [series, replaceVariables],
  )
  const close = () => setAsked(undefined)
  const title = plainText(asked?.title ?? '', 100)
  const dialog = asked && (
    <ConfirmModal
      isOpen
      title={title}
      body={
        <>
          {asked.confirmation === ''
            ? t('actions.confirm', 'Do this: {{title}}?', { title })
            : plainText(asked.confirmation, 1000)}
          {asked.variables.map(({ key, name }) => (
            <Field key={key} label={plainText(name, 100)}>
              <Input
                aria-label={plainText(name, 100)}
                value={answers[key] ?? ''}
                onChange={({ currentTarget: { value } }) =>
                  setAnswers({ ...answers, [key]: value })
                }
              />
            </Field>
          ))}
        </>
      }
      confirmText={t('actions.yes', 'Confirm')}
      confirmButtonVariant="primary"
      onConfirm={() => {
        close()
        void send(asked, answers)
      }}
      onDismiss={close}
    />
  )
  return { of, dialog }
}

async function send(action: FieldAction, answers: Readonly<Record<string, string>>): Promise<void> {
  const title = plainText(action.title, 100)
  const say = (event: typeof AppEvents.alertError, text: string, detail = ''): void => {
    getAppEvents().publish({ type: event.name, payload: [text, detail] })
  }
  const request = action.request(answers)
  if (request === undefined) {
    say(
      AppEvents.alertError,
      t('actions.no-address', '{{title}}: no address to send to', { title }),
    )
    return
  }
  try {
    await lastValueFrom(getBackendSrv().fetch(request))
    say(AppEvents.alertSuccess, t('actions.done', '{{title}}: done', { title }))
  } catch (error) {
    const { status, statusText } = error as { status?: unknown; statusText?: unknown }
    const detail = [status, statusText].filter((part) => part !== undefined).join(' ')
    say(
      AppEvents.alertError,
      t('actions.failed', '{{title}}: it failed', { title }),
      plainText(detail === '' ? String(error) : detail, 300),
    )
  }
}
