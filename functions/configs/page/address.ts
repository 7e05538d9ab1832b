/** What the page shows; its address says it, so that it can be shared, and "back" leads back. */
export type Place =
  | { readonly view: 'list' }
  | { readonly view: 'new' }
  | { readonly view: 'document'; readonly name: string }
  | { readonly view: 'history'; readonly name: string; readonly version?: string | undefined }

/** @param hash of the page's address; one that is none of ours shows the list */
export function placeAt(hash: string): Place {
  if (hash === '#new') return { view: 'new' }
  // No name has a character that an address would encode.
  const [, name, history, version] = /^#\/([A-Za-z0-9][\w.-]*)(\/versions(?:\/(\d+))?)?$/.exec(hash) ?? []
  if (name === undefined) return { view: 'list' }
  return history === undefined ? { view: 'document', name } : { view: 'history', name, version }
}

export function hashOf(place: Place): string {
  if (place.view === 'list') return '#'
  if (place.view === 'new') return '#new'
  if (place.view === 'document') return `#/${place.name}`
  return `#/${place.name}/versions${place.version === undefined ? '' : `/${place.version}`}`
}
