import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import { hashOf } from './address.ts'
import type { Change, Configs, Stored } from './configs.ts'
import { showDiff } from './diff-view.ts'
import { indented } from './indented.ts'

interface Listener {
  /** @param current the version that there is; undefined when the config was removed */
  opened(current: string | undefined): void
  restored(stored: Stored, version: string): void
  refused(error: unknown): void
}

/** The versions of one config, what changed between two of them, and the way back. */
export class HistoryView {
  readonly #configs: Configs
  readonly #listener: Listener
  readonly #section = byId('history', HTMLElement)
  readonly #list = byId('versions', HTMLOListElement)
  readonly #row = byId('versionRow', HTMLTemplateElement)
  readonly #more = byId('moreVersions', HTMLButtonElement)
  readonly #comparison = byId('comparison', HTMLFormElement)
  readonly #from = byId('from', HTMLSelectElement)
  readonly #to = byId('to', HTMLSelectElement)
  readonly #diff = byId('diff', HTMLDivElement)
  readonly #patch = byId('patch', HTMLDetailsElement)
  readonly #patchText = byId('patchText', HTMLElement)
  #name: string | undefined
  #changes: readonly Change[] = []
  #next: string | undefined

  constructor(configs: Configs, listener: Listener) {
    this.#configs = configs
    this.#listener = listener
    this.#comparison.addEventListener('input', () => void this.#compare())
    this.#patch.addEventListener('toggle', () => void this.#showPatch())
    this.#more.addEventListener('click', () => void this.#showOlder())
  }

  /** @param version the one whose change is shown; the newest where none is given */
  async open(name: string, version: string | undefined): Promise<void> {
    const isSame = this.#name === name
    this.#name = name
    try {
      if (!isSame) await this.#load(name)
      if (this.#name !== name) return
      this.#section.hidden = false
      this.#listener.opened(this.#current)
      this.#choose(version)
      await this.#compare()
    } catch (error) {
      if (this.#name !== name) return
      this.close()
      this.#listener.refused(error)
    }
  }

  /** Takes in that there is another version. */
  refresh(): Promise<void> {
    return this.#try(async (name) => {
      await this.#load(name)
      this.#listener.opened(this.#current)
    })
  }

  close(): void {
    this.#name = undefined
    this.#section.hidden = true
  }

  get #current(): string | undefined {
    const [newest] = this.#changes
    return newest && !newest.removed ? String(newest.version) : undefined
  }

  async #load(name: string, next?: string): Promise<void> {
    const loaded = await this.#configs.changes(name, next)
    if (this.#name !== name) return
    this.#changes = next === undefined ? loaded.changes : [...this.#changes, ...loaded.changes]
    this.#next = loaded.next
    this.#more.hidden = loaded.next === undefined
    this.#list.replaceChildren(...this.#changes.map((change) => this.#itemOf(name, change)))
    this.#offer()
  }

  /** Offers the versions that are known; those that were chosen still are. */
  #offer(): void {
    const { value: from } = this.#from
    const { value: to } = this.#to
    const options = this.#kept.map(({ version }) => String(version))
    this.#to.replaceChildren(...options.map((version) => new Option(version)))
    this.#from.replaceChildren(...options.map((version) => new Option(version)), new Option('nothing', ''))
    this.#from.value = from
    this.#to.value = to
    this.#markChosen()
  }

  #showOlder(): Promise<void> {
    return this.#try((name) => this.#load(name, this.#next))
  }

  /** The changes that left something there. */
  get #kept(): readonly Change[] {
    return this.#changes.filter(({ removed }) => !removed)
  }

  #choose(version: string | undefined): void {
    const versions = this.#kept.map((change) => String(change.version))
    const index = Math.max(0, version === undefined ? 0 : versions.indexOf(version))
    this.#to.value = versions[index] ?? ''
    this.#from.value = versions[index + 1] ?? ''
  }

  async #compare(): Promise<void> {
    this.#markChosen()
    await this.#try(async (name) => {
      const from = this.#from.value
      const to = this.#to.value
      const [before, after] = await Promise.all([this.#textOf(name, from), this.#textOf(name, to)])
      // Another two may have been chosen meanwhile.
      if (from !== this.#from.value || to !== this.#to.value || this.#name !== name) return
      this.#patch.hidden = from === ''
      showDiff(this.#diff, `Changes from version ${from || 'nothing'} to ${to}`, before, after)
      await this.#showPatch()
    })
  }

  async #textOf(name: string, version: string): Promise<string> {
    return version === '' ? '' : (await this.#configs.readVersion(name, version)).text
  }

  async #showPatch(): Promise<void> {
    if (!this.#patch.open || this.#patch.hidden) return
    await this.#try(async (name) => {
      this.#patchText.textContent = indented(await this.#configs.diff(name, this.#from.value, this.#to.value))
    })
  }

  #markChosen(): void {
    for (const link of this.#list.querySelectorAll('a')) {
      if (link.dataset['version'] === this.#to.value) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
    }
  }

  #itemOf(name: string, { version, changedAt, actor, removed }: Change): DocumentFragment {
    const element = copyOf(this.#row)
    const link = first(element, 'a', HTMLAnchorElement)
    const restore = first(element, 'button', HTMLButtonElement)
    const by = actor === null ? '' : ` by ${actor}`
    first(element, 'span', HTMLSpanElement).textContent = `${new Date(changedAt).toLocaleString()}${by}`
    const text = String(version)
    if (removed) link.replaceWith(`Removed (${text})`)
    link.textContent = `Version ${text}`
    link.dataset['version'] = text
    link.href = hashOf({ view: 'history', name, version: text })
    restore.hidden = removed || text === this.#current
    restore.ariaLabel = `Restore version ${text}`
    restore.addEventListener('click', () => void this.#restore(text))
    return element
  }

  async #restore(version: string): Promise<void> {
    await this.#try(async (name) => {
      try {
        this.#listener.restored(await this.#configs.restore(name, version, this.#current), version)
      } catch (error) {
        // What has been changed meanwhile is in the list, for whoever still wants to.
        await this.refresh()
        throw error
      }
    })
  }

  async #try(work: (name: string) => Promise<void>): Promise<void> {
    const name = this.#name
    if (name === undefined) return
    try {
      await work(name)
    } catch (error) {
      if (this.#name === name) this.#listener.refused(error)
    }
  }
}
