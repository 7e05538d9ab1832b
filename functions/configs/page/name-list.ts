import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import type { Configs, Names } from './configs.ts'
import { hashOf } from './address.ts'

/** Whoever looks through many is not to ask for each handful. */
const laterLimit = '1000'
/** Many changes within it are one search. */
const gatherMs = 500

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
  /** Whether more than a first page is shown. */
  #hasLater = false
  #controller = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param refused what is done when it was not answered */
  constructor(configs: Configs, refused: (error: unknown) => void) {
    this.#configs = configs
    this.#refused = refused
    this.#more.addEventListener('click', () => void this.#showMore())
  }

  /** @param address as configs?prefix=a; what was asked before is not waited for */
  async show(address: string): Promise<void> {
    this.#address = address
    await this.#load(address, (names) => this.#replace(names))
  }

  /** Looks again, unless somebody is further down than that would bring back. */
  async refresh(): Promise<void> {
    if (this.#hasLater) return
    await this.show(this.#address)
  }

  /** Takes in a change of a config: in a list it has its place, in a search it may have one. */
  note(kind: string, name: string): void {
    if (this.#address.startsWith('search')) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.refresh(), gatherMs)
      return
    }
    const isThere = this.#links.has(name)
    if (kind === 'removed' && isThere) this.#remove(name)
    else if (kind !== 'removed' && !isThere && this.#hasPlaceFor(name)) this.#insert(name)
    else return
    say(this.#count, this.#sentence())
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
    await this.#load(`${path}?${parameters.toString()}`, (names) => {
      this.#hasLater = true
      this.#append(names)
    })
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

  #replace(names: Names): void {
    this.#hasLater = false
    const focused = document.activeElement?.closest('#names a')?.textContent
    if (names.names.join() !== [...this.#links.keys()].join()) {
      this.#links.clear()
      this.#list.replaceChildren()
      this.#append(names)
      if (focused !== undefined) this.#links.get(focused)?.focus()
    } else this.#append({ names: [], next: names.next })
  }

  #remove(name: string): void {
    this.#links.get(name)?.parentElement?.remove()
    this.#links.delete(name)
  }

  /** What is after the last that is shown comes with the next page. */
  #hasPlaceFor(name: string): boolean {
    const prefix = new URLSearchParams(this.#address.split('?')[1]).get('prefix') ?? ''
    if (!name.startsWith(prefix)) return false
    return this.#next === undefined || name < (this.#list.lastElementChild?.textContent ?? '')
  }

  #insert(name: string): void {
    const { children } = this.#list
    let begin = 0
    let end = children.length
    while (begin < end) {
      const middle = (begin + end) >> 1
      if ((children[middle]?.textContent ?? '') < name) begin = middle + 1
      else end = middle
    }
    this.#list.insertBefore(this.#itemOf(name), children[begin] ?? null)
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
