const mostPaths = 500

/** Finds the paths that a search could name, as it has them: a dot in a key is ~1, an opening bracket ~2, a tilde ~0. */
export function pathsIn(metadata: unknown): string[] {
  const paths = new Set<string>()
  const visit = (value: unknown, path: string): void => {
    if (paths.size >= mostPaths || typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const element of value) visit(element, path)
      return
    }
    for (const [key, inner] of Object.entries(value)) {
      if (paths.size >= mostPaths) return
      const innerPath = `${path}.${key.replaceAll('~', '~0').replaceAll('.', '~1').replaceAll('[', '~2')}`
      paths.add(innerPath)
      visit(inner, innerPath)
    }
  }
  visit(metadata, 'metadata')
  return [...paths]
}
