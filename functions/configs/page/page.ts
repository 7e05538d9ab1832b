import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import { Access } from './access.ts'
import { hashOf, placeAt, type Place } from './address.ts'
import { Client } from './client.ts'
import { Configs, type Stored } from './configs.ts'
import { DocumentView } from './document-view.ts'
import { HistoryView } from './history-view.ts'
import { pathsIn } from './known-paths.ts'
import { NameList } from './name-list.ts'
import { Notice } from './notice.ts'
import { addressOf } from './query.ts'
import { Refusal } from './refusal.ts'
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

const client = new Client((path, init) => fetch(path, init))
const configs = new Configs(client)
const notice = new Notice()

const access = new Access(client, () => {
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
    showVersion(etag)
  },
  saved(stored, before) {
    lead({ view: 'document', name: stored.name })
    notice.show(before ? `Saved as version ${stored.version}.` : `${stored.name} was created.`)
    if (!before) void names.refresh()
  },
  removed(stored) {
    leave()
    notice.show(`${stored.name} was removed.`, () => undoRemoval(stored))
    void names.refresh()
  },
  refused: showProblem,
  left: leave,
})

const historyView = new HistoryView(configs, {
  opened: showVersion,
  restored(stored, from) {
    location.hash = hashOf({ view: 'document', name: stored.name })
    notice.show(`Version ${from} is there again, as version ${stored.version}.`)
    void names.refresh()
  },
  refused: showProblem,
})

async function showList(): Promise<void> {
  listProblem.hidden = true
  await names.show(addressOf(search.query))
}

async function show(place: Place): Promise<void> {
  const name = 'name' in place ? place.name : undefined
  document.body.dataset['view'] = place.view
  document.title = `${name ?? (place.view === 'new' ? 'New config' : 'Configs')} · Quartet`
  article.hidden = place.view === 'list'
  nothing.hidden = !article.hidden
  hideProblem()
  names.current = name
  if (heading.textContent !== name) version.textContent = ''
  heading.textContent = name ?? 'New config'
  parts.hidden = name === undefined
  if (name !== undefined) showParts(name, place.view)
  if (place.view !== 'history') historyView.close()
  if (place.view === 'list' || place.view === 'history') documentView.close()
  if (place.view === 'document') {
    heading.focus()
    await documentView.open(name)
  } else if (place.view === 'new') await documentView.open()
  else if (place.view === 'history') await historyView.open(place.name, place.version)
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
function lead(place: Place): void {
  history.replaceState(null, '', hashOf(place))
  heading.textContent = 'name' in place ? place.name : ''
}

function leave(): void {
  location.hash = ''
}

async function undoRemoval({ name, version: removed }: Stored): Promise<void> {
  try {
    await configs.restore(name, removed, undefined)
    notice.show(`${name} is there again.`)
    location.hash = hashOf({ view: 'document', name })
    void names.refresh()
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

await Promise.all([showList(), show(placeAt(location.hash))])
