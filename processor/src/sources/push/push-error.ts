/** A push that is refused whole, with the status and sentence to answer. */
export class PushError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
