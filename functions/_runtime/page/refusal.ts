/** One thing that is wrong with what was sent. */
export interface Flaw {
  /** A JSON pointer, or the name of a parameter. */
  readonly at: string
  readonly detail: string
}

interface Problem {
  readonly title: string
  readonly detail: string
  readonly errors?: readonly Flaw[]
}

/** Why something was not answered as it was asked. */
export class Refusal extends Error {
  /** Of HTTP; 0 where nobody answered. */
  readonly status: number
  readonly flaws: readonly Flaw[]

  constructor(status: number, message: string, flaws: readonly Flaw[] = []) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.flaws = flaws
  }

  /** @param response one that is no success */
  static async of(response: Response): Promise<Refusal> {
    // What stands before the function, an ingress or an activator, refuses in words of its own.
    if (!/^application\/problem\+json\b/.test(response.headers.get('content-type') ?? ''))
      return Refusal.between(response)
    const { title, detail, errors = [] } = (await response.json()) as Problem
    return new Refusal(response.status, `${title}: ${detail}`, errors)
  }

  /** @param response one that is not the function's */
  static between({ status, statusText }: Response): Refusal {
    const what = `${status} ${statusText}`.trim()
    return new Refusal(status, `No answer: What leads to the function answered ${what}.`)
  }
}

export const unreachable = 'No answer: The function cannot be reached.'
