import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import type { Configs, Names } from './configs.ts'
import { hashOf } from './address.ts'

/** Whoever looks through many is not to ask for each handful. */
const laterLimit = '1000'

/** The names of the configs that are asked for, a page at a time. */
export class NameList {
  readonly #configs: Configs
  readonly #refused: (error: unknown) => void
  readonly #list = byId('names', HTMLUListElement)
  readonly #count = byId('count', HTMLParagraphElement)
  readonly #more = byId('more', HTMLButtonElement)
  readonly #links = new Map<string, HTMLAnchorElement>()
  #address = ''
  #next: string | undefined
  #current: string | undefined
  #controller = new AbortController()

  /** @param refused what is done when it was not answered */
  constructor(configs: Configs, refused: (error: unknown) => void) {
    this.#configs = configs
    this.#refused = refused
    this.#more.addEventListener('click', () => void this.#showMore())
  }

  /** @param address as configs?prefix=a; what was asked before is not waited for */
  async show(address: string): Promise<void> {
    this.#address = address
    await this.#load(address, (names) => {
      this.#links.clear()
      this.#list.replaceChildren()
      this.#append(names)
    })
  }

  refresh(): Promise<void> {
    return this.show(this.#address)
  }

  set current(name: string | undefined) {
    if (this.#current !== undefined) this.#links.get(this.#current)?.removeAttribute('aria-current')
    this.#current = name
    if (name !== undefined) this.#links.get(name)?.setAttribute('aria-current', 'page')
  }

  async #showMore(): Promise<void> {
    const [path = ''] = this.#address.split('?', 1)
    const last = this.#list.lastElementChild
    const parameters = new URLSearchParams(this.#next)
    parameters.set('limit', laterLimit)
    await this.#load(`${path}?${parameters.toString()}`, (names) => this.#append(names))
    // Where a keyboard goes on when there is no more.
    if (this.#more.hidden) last?.querySelector('a')?.focus()
  }

  async #load(address: string, take: (names: Names) => void): Promise<void> {
    this.#controller.abort()
    const controller = new AbortController()
    this.#controller = controller
    try {
      const names = await this.#configs.list(address, controller.signal)
      if (!controller.signal.aborted) take(names)
    } catch (error) {
      if (!controller.signal.aborted) this.#refused(error)
    }
  }

  #append({ names, next }: Names): void {
    this.#next = next
    this.#more.hidden = next === undefined
    this.#list.append(...names.map((name) => this.#itemOf(name)))
    say(this.#count, this.#sentence())
  }

  #itemOf(name: string): HTMLLIElement {
    const item = document.createElement('li')
    const link = document.createElement('a')
    link.href = hashOf({ view: 'document', name })
    link.textContent = name
    if (name === this.#current) link.setAttribute('aria-current', 'page')
    item.append(link)
    this.#links.set(name, link)
    return item
  }

  #sentence(): string {
    const { size } = this.#links
    if (size > 0) {
      const rest = this.#next === undefined ? '' : ' so far, and there are more'
      return `${size.toLocaleString('en')} ${size === 1 ? 'config' : 'configs'}${rest}`
    }
    return this.#address.startsWith('search') || this.#address.includes('prefix=')
      ? 'Nothing is found.'
      : 'There are no configs yet.'
  }
}
