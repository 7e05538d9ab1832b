/** What a config has that has this path in its metadata. `configs.terms_of` writes the same. */
export function pathTerm(path: readonly string[]): string {
  return JSON.stringify(path)
}

/** What a config has that has this text at a path, be it that of a string, a number, true, false or null. */
export function valueTerm(path: readonly string[], text: string): string {
  return `${pathTerm(path)}=${text}`
}
