import { copyFileSync, cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'

/** Copies what stands beside a function's code: the loader, and the assets/ that it reads at run time. */
export function copyFiles(source: string, destination: string): void {
  copyFileSync(join(import.meta.dirname, 'loader.cjs'), join(destination, 'index.js'))
  const assets = join(source, 'assets')
  if (existsSync(assets)) cpSync(assets, join(destination, 'assets'), { recursive: true })
}
