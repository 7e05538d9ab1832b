import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import { Access } from '../../_runtime/page/access.ts'
import { hashOf, placeAt, type Place } from './address.ts'
import { Client } from '../../_runtime/page/client.ts'
import { Configs, type Stored } from './configs.ts'
import { DocumentView } from './document-view.ts'
import { Following } from './following.ts'
import { HistoryView } from './history-view.ts'
import { pathsIn } from './known-paths.ts'
import { NameList } from './name-list.ts'
import { Notice } from './notice.ts'
import { addressOf } from './query.ts'
import { Refusal } from '../../_runtime/page/refusal.ts'
import { SearchForm } from './search-form.ts'

const article = byId('config', HTMLElement)
const nothing = byId('nothing', HTMLParagraphElement)
const heading = byId('name', HTMLHeadingElement)
const version = byId('version', HTMLParagraphElement)
const parts = byId('parts', HTMLElement)
const toDocument = byId('toDocument', HTMLAnchorElement)
const toHistory = byId('toHistory', HTMLAnchorElement)
const problem = byId('problem', HTMLDivElement)
const problemText = byId('problemText', HTMLParagraphElement)
const listProblem = byId('listProblem', HTMLDivElement)
const listProblemText = byId('listProblemText', HTMLParagraphElement)
const paths = byId('paths', HTMLDataListElement)

let place: Place = { view: 'list' }

const client = new Client((path, init) => fetch(path, init))
const configs = new Configs(client)
const notice = new Notice()

const access = new Access(client, () => {
  following.startAnew()
  void showList()
  void show(placeAt(location.hash))
})

const names = new NameList(configs, (error) => {
  if (isAskedFor(error)) return
  listProblem.hidden = false
  say(listProblemText, textOf(error))
})

const search = new SearchForm(
  () => void showList(),
  () => void suggestPaths(),
)

const documentView = new DocumentView(configs, {
  tried: hideProblem,
  opened({ version: etag }) {
    hideProblem()
    showVersion(etag)
  },
  saved(stored, before) {
    if (place.view === 'new') {
      lead({ view: 'document', name: stored.name })
      showVersion(stored.version)
    }
    notice.show(before ? `Saved as version ${stored.version}.` : `${stored.name} was created.`)
    names.note('created', stored.name)
  },
  removed(stored) {
    if ('name' in place && place.name === stored.name) leave()
    notice.show(`${stored.name} was removed.`, { label: 'Undo', work: () => undoRemoval(stored) })
    names.note('removed', stored.name)
  },
  overtaken(name, look) {
    if (look) notice.show(`Somebody has changed ${name}.`, { label: 'Show', work: look })
    else notice.show(`Somebody has changed ${name}: this is how it is now.`)
  },
  refused: showProblem,
  left: leave,
})

const historyView = new HistoryView(configs, {
  opened: showVersion,
  restored(stored, from) {
    location.hash = hashOf({ view: 'document', name: stored.name })
    notice.show(`Version ${from} is there again, as version ${stored.version}.`)
    names.note('created', stored.name)
  },
  refused: showProblem,
})

const following = new Following(client, {
  heard({ kind, name, version: heard }) {
    names.note(kind, name)
    if (!('name' in place) || place.name !== name) return
    if (place.view === 'document') void documentView.hear(heard)
    else void historyView.refresh()
  },
  missed() {
    void names.refresh()
    void documentView.refresh()
  },
})

async function showList(): Promise<void> {
  listProblem.hidden = true
  await names.show(addressOf(search.query))
}

async function show(next: Place): Promise<void> {
  hideProblem()
  describe(next)
  if (next.view !== 'history') historyView.close()
  if (next.view === 'list' || next.view === 'history') documentView.close()
  if (next.view === 'document') {
    heading.focus()
    await documentView.open(next.name)
  } else if (next.view === 'new') await documentView.open()
  else if (next.view === 'history') await historyView.open(next.name, next.version)
}

/** Says what is shown. */
function describe(next: Place): void {
  place = next
  const name = 'name' in next ? next.name : undefined
  document.body.dataset['view'] = next.view
  document.title = `${name ?? (next.view === 'new' ? 'New config' : 'Configs')} · Quartet`
  article.hidden = next.view === 'list'
  nothing.hidden = !article.hidden
  names.current = name
  if (heading.textContent !== name) version.textContent = ''
  heading.textContent = name ?? 'New config'
  parts.hidden = name === undefined
  if (name !== undefined) showParts(name, next.view)
}

function showParts(name: string, view: Place['view']): void {
  toDocument.href = hashOf({ view: 'document', name })
  toHistory.href = hashOf({ view: 'history', name })
  for (const [link, isShown] of [
    [toDocument, view === 'document'],
    [toHistory, view === 'history'],
  ] as const) {
    if (isShown) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}

function showVersion(current: string | undefined): void {
  version.textContent = current === undefined ? 'Removed' : `Version ${current}`
}

function showProblem(error: unknown): void {
  if (isAskedFor(error)) return
  problem.hidden = false
  say(problemText, textOf(error))
}

function hideProblem(): void {
  problem.hidden = true
  problemText.textContent = ''
}

/** Asks for a token, or another one, where that is what was missing. */
function isAskedFor(error: unknown): boolean {
  if (!(error instanceof Refusal) || (error.status !== 401 && error.status !== 403)) return false
  access.ask(error.message)
  return true
}

/** @throws what is no refusal: then the page is wrong, not what it asked */
function textOf(error: unknown): string {
  if (!(error instanceof Refusal)) throw error
  const flaws = error.flaws.map(({ at, detail }) => ` ${at}: ${detail}.`)
  return error.message + flaws.join('')
}

/** Changes the address to that of what is shown already. */
function lead(next: Place): void {
  history.replaceState(null, '', hashOf(next))
  describe(next)
}

function leave(): void {
  location.hash = ''
  // The browser says so later: what is told of the config until then is no longer of what is open.
  void show({ view: 'list' })
}

async function undoRemoval({ name, version: removed }: Stored): Promise<void> {
  try {
    await configs.restore(name, removed, undefined)
    notice.show(`${name} is there again.`)
    location.hash = hashOf({ view: 'document', name })
    names.note('created', name)
  } catch (error) {
    if (!isAskedFor(error)) notice.show(textOf(error))
  }
}

async function suggestPaths(): Promise<void> {
  if (paths.options.length > 0) return
  const documents = await configs.some().catch(() => [])
  const known = new Set(documents.flatMap(({ metadata }) => pathsIn(metadata)))
  paths.replaceChildren(...[...known].toSorted().map((path) => new Option('', path)))
}

addEventListener('hashchange', () => void show(placeAt(location.hash)))
addEventListener('beforeunload', (event) => {
  if (documentView.isChanged) event.preventDefault()
})
byId('listAgain', HTMLButtonElement).addEventListener('click', () => void showList())

following.start()
await Promise.all([showList(), show(placeAt(location.hash))])
