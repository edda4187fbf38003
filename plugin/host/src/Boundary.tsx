import { Component, type ReactNode } from 'react'

interface BoundaryProps {
  readonly children: ReactNode
  /** When this changes, what crashed is tried again. */
  readonly attempt: number
  readonly onError: (error: Error) => void
}

/** Shows a crash in place of the panel, as Grafana does. */
export class Boundary extends Component<BoundaryProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidUpdate(previous: BoundaryProps) {
    if (previous.attempt !== this.props.attempt && this.state.error !== undefined)
      this.setState({ error: undefined })
  }

  override componentDidCatch(error: Error) {
    this.props.onError(error)
  }

  override render() {
    const { error } = this.state
    return error === undefined ? (
      this.props.children
    ) : (
      <pre role="alert" data-testid="panel-crash">
        {error.message}
      </pre>
    )
  }
}
