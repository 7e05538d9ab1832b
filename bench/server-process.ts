import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

import { freePort } from '../scripts/local/free-port.ts'
import { processTree } from './process-tree.ts'
import type { Command } from './processor.ts'

/** A server under measurement. */
export interface Target {
  readonly name: string
  /** What starts it; it listens where HOST and PORT say. */
  readonly command: Command
  readonly env?: Readonly<Record<string, string>>
  /** The request whose first answer counts, as it goes over the wire after the request line and Host. */
  readonly request: { readonly line: string; readonly headers?: string; readonly body?: string }
  /** Of that answer; 200 where none is given. */
  readonly status?: number
}

export interface ServerProcess {
  readonly pid: number
  readonly port: number
  /** From the spawn to the first answer. */
  readonly firstAnswerMs: number
  stop(): Promise<void>
}

const timeoutMs = 20_000

/**
 * Starts a server as a process of its own and waits for its first answer.
 * @throws Error when there is none, or it has another status
 */
export async function startServer({ name, command, env, request, status = 200 }: Target): Promise<ServerProcess> {
  const port = await freePort()
  const variables = { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: String(port), ...env }
  const startedAt = performance.now()
  const [program, ...argv] = command
  const child = spawn(program, argv, { env: variables, stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'spawn')
  try {
    const answered = await firstStatus(child, port, request)
    const firstAnswerMs = performance.now() - startedAt
    if (answered !== `HTTP/1.1 ${status}`) throw new Error(`${name} answered ${answered}`)
    if (child.pid === undefined) throw new Error(`${name} has no process.`)
    return { pid: child.pid, port, firstAnswerMs, stop: () => end(child) }
  } catch (error) {
    await end(child)
    throw error
  }
}

async function firstStatus(
  child: ChildProcess,
  port: number,
  { line, headers = '', body = '' }: Target['request'],
): Promise<string> {
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
  const message = `${line} HTTP/1.1\r\nHost: localhost\r\n${headers}${length}Connection: close\r\n\r\n${body}`
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await ask(port, message)
    if (answer !== '') return answer.slice(0, 'HTTP/1.1 200'.length)
  }
  throw new Error(`no answer on port ${port}`)
}

/** @returns an empty text when nobody listens yet */
async function ask(port: number, message: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  socket.write(message)
  await new Promise((resolve) => socket.on('close', resolve))
  return answer
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const [, ...descendants] = processTree(child.pid)
  child.kill('SIGTERM')
  await once(child, 'exit')
  // LitServe's first process ends without the others.
  for (const pid of descendants) endNow(pid)
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
