type Kind<T> = abstract new () => T

/** @throws when the page has no such element: then its HTML and its script do not belong together */
export function byId<T extends HTMLElement>(id: string, kind: Kind<T>): T {
  return expected(document.getElementById(id), kind, `#${id}`)
}

/** The first that a selector finds. */
export function first<T extends HTMLElement>(within: ParentNode, selector: string, kind: Kind<T>): T {
  return expected(within.querySelector(selector), kind, selector)
}

/** A copy of what a template has. */
export function copyOf(template: HTMLTemplateElement): DocumentFragment {
  return document.importNode(template.content, true)
}

function expected<T>(element: Element | null, kind: Kind<T>, name: string): T {
  if (element instanceof kind) return element
  throw new Error(`${name} is not in the page as a ${kind.name}.`)
}
