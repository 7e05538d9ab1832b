import { copyFileSync, cpSync, existsSync, globSync } from 'node:fs'
import { join } from 'node:path'

/** Copies what stands beside a function's code: the loader, and the assets/ that it reads at run time. */
export function copyFiles(source: string, destination: string): void {
  copyLoader(destination)
  const assets = join(source, 'assets')
  if (existsSync(assets)) cpSync(assets, join(destination, 'assets'), { recursive: true })
}

/** Copies what the migrations of all functions are made of, as functions/NAME/migrations/ and functions/NAME/grants.sql. */
export function copyMigrations(functions: string, destination: string): void {
  copyLoader(destination)
  for (const path of globSync(['*/migrations/*.sql', '*/grants.sql'], { cwd: functions }))
    cpSync(join(functions, path), join(destination, 'functions', path))
}

function copyLoader(destination: string): void {
  copyFileSync(join(import.meta.dirname, 'loader.cjs'), join(destination, 'index.js'))
}
