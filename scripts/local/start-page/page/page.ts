import { copy } from '../../../../functions/_runtime/page/copy.ts'
import { byId, copyOf, first } from '../../../../functions/_runtime/page/elements.ts'

interface Listed {
  readonly name: string
  readonly summary: string
  readonly example: string
}

interface Report {
  readonly functions?: Readonly<Record<string, { readonly state: string; readonly reason?: string }>>
}

const intervalMs = 5000
// A function that has a page of its own leads there; any other leads to what its example asks for.
const pages: Readonly<Record<string, { readonly path: string; readonly label: string }>> = {
  configs: { path: '/functions/configs/', label: 'Manage configs' },
  metrics: { path: '/functions/metrics/', label: 'Watch the charts' },
  predict: { path: '/functions/predict/', label: 'Draw a digit' },
}

const host = byId('host', HTMLSpanElement)
const draw = byId('draw', HTMLAnchorElement)
const problem = byId('problem', HTMLParagraphElement)
const cards = byId('cards', HTMLUListElement)
const card = byId('card', HTMLTemplateElement)
const spoken = byId('spoken', HTMLParagraphElement)

const badges = new Map<string, HTMLElement>()
let timer: ReturnType<typeof setTimeout> | undefined

async function fetchJson<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' })
  return response.json()
}

async function list(): Promise<void> {
  try {
    const functions = await fetchJson<readonly Listed[]>('/functions')
    cards.replaceChildren(...functions.map(cardOf))
    draw.hidden = !badges.has('predict')
  } catch {
    problem.textContent = 'The server does not answer. Is it still running? Reload this page when it is.'
    problem.hidden = false
  }
}

function cardOf({ name, summary, example }: Listed): DocumentFragment {
  const element = copyOf(card)
  const path = /\$URL(\S*)/.exec(example)?.[1] ?? '/'
  const { path: href, label } = pages[name] ?? { path, label: path }
  first(element, 'h2', HTMLHeadingElement).textContent = name
  first(element, '.summary', HTMLParagraphElement).textContent = summary
  first(element, 'nav', HTMLElement).ariaLabel = name
  Object.assign(first(element, '.main', HTMLAnchorElement), { href, textContent: label })
  first(element, '.openapi', HTMLAnchorElement).href = `/functions/${name}/openapi.json`
  first(element, '.readiness', HTMLAnchorElement).href = `/functions/${name}/readyz`
  const code = first(element, 'code', HTMLElement)
  code.textContent = example.replaceAll('$URL', location.origin)
  const button = first(element, 'button', HTMLButtonElement)
  button.ariaLabel = `Copy the ${name} command`
  button.addEventListener('click', () => void copy(code, button, spoken))
  badges.set(name, first(element, '.state', HTMLSpanElement))
  return element
}

async function refresh(): Promise<void> {
  const { functions = {} } = await fetchJson<Report>('/health').catch((): Report => ({}))
  for (const [name, badge] of badges) {
    const { state = 'unknown', reason = '' } = functions[name] ?? {}
    Object.assign(badge, { textContent: state, title: reason })
    badge.dataset['state'] = state
  }
  schedule()
}

function schedule(): void {
  clearTimeout(timer)
  if (!document.hidden) timer = setTimeout(refresh, intervalMs)
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) schedule()
  else void refresh()
})

host.textContent = location.host
await list()
await refresh()
