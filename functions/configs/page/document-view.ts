import { byId } from '../../_runtime/page/elements.ts'
import type { Configs, Stored } from './configs.ts'
import { Conflict, type Clash } from './conflict.ts'
import { Draft } from './draft.ts'
import { Editor } from './editor.ts'
import { FlawList } from './flaw-list.ts'
import { placeOf, placesIn } from './places.ts'
import { Refusal, type Flaw } from '../../_runtime/page/refusal.ts'
import { syntaxFlaw } from './syntax.ts'

interface Listener {
  /** What was said of the last try is no longer so. */
  tried(): void
  opened(stored: Stored): void
  /** @param before undefined when it is new */
  saved(stored: Stored, before: Stored | undefined): void
  removed(stored: Stored): void
  /**
   * Somebody else has changed what is shown.
   * @param look shows what; undefined where it is shown already, because nothing was written here
   */
  overtaken(name: string, look: (() => Promise<void>) | undefined): void
  /** Something was not answered that is nobody's flaw. */
  refused(error: unknown): void
  left(): void
}

const newName = ''
const pauseMs = 300
/** The caret of a new document is where its name belongs. */
const nameAt = '{\n  "name": "'.length

/** One document, to read and to change. What is not saved is kept while others are looked at. */
export class DocumentView {
  readonly #configs: Configs
  readonly #listener: Listener
  readonly #section = byId('document', HTMLElement)
  readonly #save = byId('save', HTMLButtonElement)
  readonly #discard = byId('discard', HTMLButtonElement)
  readonly #remove = byId('remove', HTMLButtonElement)
  readonly #editor = new Editor(() => this.#noteChange())
  readonly #flaws = new FlawList(this.#editor)
  readonly #conflict = new Conflict({
    insist: () => void this.#insist(),
    yield: () => this.#yield(),
    goOn: () => this.#goOn(),
  })
  readonly #drafts = new Map<string, Draft>()
  #name: string | undefined
  #clash: Clash | undefined
  #isBusy = false
  /** The version that was last told of the config. */
  #heard = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(configs: Configs, listener: Listener) {
    this.#configs = configs
    this.#listener = listener
    this.#save.addEventListener('click', () => void this.#saveNow())
    this.#discard.addEventListener('click', () => this.#discardNow())
    this.#remove.addEventListener('click', () => void this.#removeNow())
    byId('format', HTMLButtonElement).addEventListener('click', () => this.#format())
    this.#section.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void this.#saveNow()
    })
  }

  /** Whether something would be lost with the page. */
  get isChanged(): boolean {
    return [...this.#drafts.values()].some((draft) => draft.isChanged)
  }

  /** @param name undefined for a new one */
  async open(name: string = newName): Promise<void> {
    this.close()
    this.#name = name
    if (name === newName) {
      this.#show(this.#drafts.get(newName) ?? new Draft(undefined))
      this.#editor.go(nameAt)
      return
    }
    const draft = this.#drafts.get(name)
    if (draft?.isChanged) this.#show(draft)
    await this.#check()
  }

  /** Looks whether there were changes that nobody told. */
  async refresh(): Promise<void> {
    if (!this.#isBusy) await this.#check()
  }

  /** Takes in that what is shown has another version now. */
  async hear(version: number): Promise<void> {
    const draft = this.#draft
    const name = this.#name ?? newName
    // What is being opened is not known to be another than it was.
    const isShown = !this.#section.hidden
    this.#heard = version
    if (this.#isBusy || version <= Number(draft?.base?.version ?? 0)) return
    if (draft?.isChanged) this.#listener.overtaken(name, () => this.refresh())
    else if ((await this.#check()) && isShown) this.#listener.overtaken(name, undefined)
  }

  /** @returns whether what is there now is shown */
  async #check(): Promise<boolean> {
    const name = this.#name
    if (name === undefined || name === newName) return false
    try {
      const stored = await this.#configs.read(name)
      return this.#name === name && this.#take(stored)
    } catch (error) {
      if (this.#name === name) this.#explainAbsence(name, error)
      return false
    }
  }

  #explainAbsence(name: string, error: unknown): void {
    const draft = this.#drafts.get(name)
    if (!isMissing(error)) this.#listener.refused(error)
    else if (draft?.base && draft.isChanged) this.#clashOn(draft.base, undefined, 'save')
    else {
      this.#drafts.delete(name)
      this.#section.hidden = true
      this.#listener.refused(error)
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#heard = 0
    this.#name = undefined
    this.#section.hidden = true
    this.#endClash()
  }

  /**
   * What is there now; what was written here stays, and its writer is told.
   * @returns whether it is what is shown
   */
  #take(stored: Stored): boolean {
    const draft = this.#drafts.get(stored.name)
    if (draft?.base && draft.isChanged) {
      if (draft.base.version !== stored.version) this.#clashOn(draft.base, stored, 'save')
      return false
    }
    this.#show(new Draft(stored))
    return true
  }

  #show(draft: Draft): void {
    this.#drafts.set(this.#name ?? newName, draft)
    this.#section.hidden = false
    this.#editor.text = draft.text
    this.#flaws.clear()
    this.#remove.hidden = !draft.base
    this.#showButtons(draft)
    if (draft.base) this.#listener.opened(draft.base)
    if (draft.isChanged) this.#lookAtSyntax()
  }

  #showButtons({ isChanged }: Draft): void {
    this.#save.disabled = this.#discard.disabled = !isChanged
  }

  #noteChange(): void {
    const draft = this.#draft
    if (!draft) return
    draft.text = this.#editor.text
    this.#showButtons(draft)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lookAtSyntax(), pauseMs)
  }

  /** @returns whether it is JSON */
  #lookAtSyntax(): boolean {
    const flaw = syntaxFlaw(this.#editor.text)
    if (flaw) this.#flaws.show([flaw], 'This is not JSON yet.')
    else this.#flaws.clear()
    return !flaw
  }

  async #saveNow(): Promise<void> {
    const draft = this.#draft
    const name = this.#name
    if (!draft || name === undefined || !draft.isChanged) return
    clearTimeout(this.#timer)
    if (!this.#lookAtSyntax()) return this.#editor.go(syntaxFlaw(draft.text)?.at ?? 0)
    await this.#work(async () => {
      const { base, text } = draft
      const stored = base
        ? await this.#configs.replace(name, text, base.version)
        : await this.#configs.create(text, draft.key)
      this.#finish(name, draft, stored)
    }, draft.base && 'save')
  }

  #finish(name: string, draft: Draft, stored: Stored): void {
    this.#drafts.delete(name)
    if (this.#name === name) {
      this.#name = stored.name
      this.#show(new Draft(stored))
    }
    this.#listener.saved(stored, draft.base)
  }

  async #removeNow(): Promise<void> {
    const base = this.#draft?.base
    if (!base) return
    await this.#work(async () => {
      await this.#configs.remove(base.name, base.version)
      this.#drafts.delete(base.name)
      this.#listener.removed(base)
    }, 'remove')
  }

  /** @param intent what a change by somebody else is in the way of */
  async #work(work: () => Promise<void>, intent: Clash['intent'] | undefined): Promise<void> {
    const name = this.#name
    this.#listener.tried()
    this.#isBusy = this.#editor.isBusy = true
    this.#save.disabled = this.#remove.disabled = true
    try {
      await work()
      this.#endClash()
    } catch (error) {
      if (this.#name === name) await this.#explain(error, intent)
    } finally {
      this.#isBusy = this.#editor.isBusy = false
      this.#remove.disabled = false
      if (this.#draft) this.#showButtons(this.#draft)
      // Its own change may have been told before it was answered; one of another is told now.
      if (this.#draft?.base && !this.#clash) void this.hear(this.#heard)
    }
  }

  async #explain(error: unknown, intent: Clash['intent'] | undefined): Promise<void> {
    const base = this.#draft?.base
    if (!(error instanceof Refusal)) throw error
    if (intent && base && (error.status === 412 || error.status === 404)) await this.#lookAtTheirs(base, intent)
    else if (error.flaws.length > 0) this.#point(error.flaws)
    else this.#listener.refused(error)
  }

  async #lookAtTheirs(base: Stored, intent: Clash['intent']): Promise<void> {
    try {
      this.#clashOn(base, await this.#configs.read(base.name), intent)
    } catch (error) {
      if (!isMissing(error)) return this.#listener.refused(error)
      if (intent === 'save') return this.#clashOn(base, undefined, intent)
      this.#drafts.delete(base.name)
      this.#listener.removed(base)
    }
  }

  /** Shows flaws where they are. */
  #point(flaws: readonly Flaw[]): void {
    const places = placesIn(this.#editor.text)
    const marks = flaws.map(({ at, detail }) => ({
      at: placeOf(at, places),
      detail: at === '' ? detail : `${detail} (${at})`,
    }))
    this.#flaws.show(marks, 'It was not saved.')
    this.#editor.go(marks[0]?.at ?? 0)
  }

  #clashOn(base: Stored, theirs: Stored | undefined, intent: Clash['intent']): void {
    this.#clash = { name: base.name, base, theirs, intent }
    this.#conflict.show(this.#clash)
  }

  #endClash(): void {
    this.#clash = undefined
    this.#conflict.hide()
  }

  async #insist(): Promise<void> {
    const clash = this.#clash
    const draft = this.#draft
    if (!clash || !draft) return
    const { name, theirs, intent } = clash
    await this.#work(async () => {
      if (intent === 'save') {
        this.#finish(name, draft, await this.#configs.replace(name, draft.text, theirs?.version))
      } else if (theirs) {
        await this.#configs.remove(name, theirs.version)
        this.#drafts.delete(name)
        this.#listener.removed(theirs)
      }
    }, intent)
  }

  #yield(): void {
    const theirs = this.#clash?.theirs
    const name = this.#clash?.name ?? newName
    this.#endClash()
    this.#drafts.delete(name)
    if (theirs) this.#show(new Draft(theirs))
    else this.#listener.left()
  }

  /** What is there now has been seen: to save over it is meant. */
  #goOn(): void {
    const theirs = this.#clash?.theirs
    const text = this.#editor.text
    if (theirs) this.#show(new Draft(theirs, text))
    this.#endClash()
    this.#editor.go(0)
  }

  #discardNow(): void {
    const draft = this.#draft
    if (!draft) return
    this.#endClash()
    this.#show(new Draft(draft.base))
  }

  #format(): void {
    if (!this.#draft || !this.#lookAtSyntax()) return
    this.#editor.text = new Draft({ name: '', version: '', text: this.#editor.text }).text
    this.#noteChange()
  }

  get #draft(): Draft | undefined {
    return this.#name === undefined ? undefined : this.#drafts.get(this.#name)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Refusal && error.status === 404
}
