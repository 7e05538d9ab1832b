import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A folder's virtual environment, `.venv`, with what its requirements.txt pins. */
export class PythonEnvironment {
  readonly #requirements: string
  readonly #folder: string
  readonly #installed: string

  constructor(folder: string) {
    this.#requirements = join(folder, 'requirements.txt')
    this.#folder = join(folder, '.venv')
    this.#installed = join(this.#folder, 'requirements.txt')
  }

  program(name: string): string {
    return join(this.#folder, 'bin', name)
  }

  build(): void {
    if (this.#isCurrent()) return
    rmSync(this.#folder, { recursive: true, force: true })
    execFileSync('python3', ['-m', 'venv', this.#folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    const argv = ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', this.#requirements]
    execFileSync(this.program('pip'), argv, { stdio: ['ignore', 'ignore', 'inherit'] })
    // Written last, so that an installation that broke off is made anew.
    copyFileSync(this.#requirements, this.#installed)
  }

  #isCurrent(): boolean {
    return existsSync(this.#installed) && readFileSync(this.#installed).equals(readFileSync(this.#requirements))
  }
}
