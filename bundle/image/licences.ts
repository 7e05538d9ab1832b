import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { BundledPackage } from '../bundled-packages.ts'
import type { Entry } from './entry.ts'

const root = join(import.meta.dirname, '../..')
const licenceName = /^(licen[cs]e|copying|notice|third.?party.?notices)/i

/** The licences of Quartet and of the packages that are in a bundle, as their authors wrote them. */
export function licenceEntries(packages: readonly BundledPackage[]): Entry[] {
  return [
    licence('quartet', root, 'LICENSE'),
    ...packages.flatMap(({ name, folder }) => licencesIn(name, join(root, folder))),
  ]
}

function licencesIn(name: string, folder: string): Entry[] {
  return readdirSync(folder)
    .filter((file) => licenceName.test(file) && !/\.[cm]?[jt]s$/.test(file))
    .map((file) => licence(name, folder, file))
}

function licence(name: string, folder: string, file: string): Entry {
  return { kind: 'file', path: `licenses/${name}/${file}`, content: readFileSync(join(folder, file)) }
}
