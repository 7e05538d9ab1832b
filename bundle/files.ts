import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'

/** Copies what a function reads at run time: its assets/, found beside its code in a bundle as in the source. */
export function copyFiles(source: string, destination: string): void {
  const assets = join(source, 'assets')
  if (existsSync(assets)) cpSync(assets, join(destination, 'assets'), { recursive: true })
}
