/** What a layer has at a path; folders above it need not be said. */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly content: Buffer; readonly isProgram?: boolean }
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number; readonly owner?: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
