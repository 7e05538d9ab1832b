/** Kinds of processor, as images call them, and as Node and its packages do. */
export const architectures = { amd64: 'x64', arm64: 'arm64' } as const
export type Architecture = keyof typeof architectures

/** That of this machine; images for another cannot be run here, nor can the code cache be made for them. */
export function ownArchitecture(): Architecture | undefined {
  const own = Object.entries(architectures).find(([, name]) => name === process.arch)?.[0]
  return own as Architecture | undefined
}
