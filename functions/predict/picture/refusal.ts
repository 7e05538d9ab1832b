interface Place {
  /** In bytes from the start of the file. */
  readonly offset?: number
  readonly status?: 400 | 413
}

/** Why no digit is read from a picture: what is wrong with it, where, and what to do about it. */
export class Refusal extends Error {
  readonly status: 400 | 413
  /** Where in the file, in bytes from its start. */
  readonly offset: number | undefined

  constructor(detail: string, { offset, status = 400 }: Place = {}) {
    super(detail)
    this.name = 'Refusal'
    this.status = status
    this.offset = offset
  }
}
