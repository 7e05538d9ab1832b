import { run } from './run.ts'

/** The commit that images are made of. */
export interface Revision {
  readonly id: string
  /** SOURCE_DATE_EPOCH where it is set, else the time of the commit. */
  readonly createdAt: Date
}

export function revisionOf(folder: string, env: NodeJS.ProcessEnv = process.env): Revision {
  const git = (...argv: string[]): string => run('git', ['-C', folder, ...argv]).trim()
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
  const seconds = env['SOURCE_DATE_EPOCH'] || git('log', '-1', '--format=%ct')
  if (!/^\d{1,11}$/.test(seconds)) throw new Error(`SOURCE_DATE_EPOCH is "${seconds}", and no number of seconds.`)
  return {
    id: git('rev-parse', 'HEAD') + (isChanged ? '-changed' : ''),
    createdAt: new Date(Number(seconds) * 1000),
  }
}
