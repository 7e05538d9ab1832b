import { byId } from './elements.ts'
import { say } from './say.ts'
import type { Client } from './client.ts'

/** Asks for what proves who asks, where the function wants to know. */
export class Access {
  readonly #form = byId('access', HTMLFormElement)
  readonly #reason = byId('accessReason', HTMLParagraphElement)
  readonly #token = byId('token', HTMLInputElement)

  /** @param again what is done with a new token */
  constructor(client: Client, again: () => void) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      client.token = this.#token.value.trim()
      this.#token.value = ''
      this.#form.hidden = true
      again()
    })
  }

  ask(reason: string): void {
    this.#form.hidden = false
    say(this.#reason, reason)
    this.#token.focus()
  }
}
