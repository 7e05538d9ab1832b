/** Tells what goes on, beside the figures. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}
