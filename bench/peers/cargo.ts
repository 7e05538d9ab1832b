import { execFileSync } from 'node:child_process'

/** Builds what is in a folder, from the versions that its Cargo.lock has. */
export function buildWithCargo(folder: string): void {
  const argv = ['build', '--release', '--locked', '--quiet']
  execFileSync('cargo', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}
