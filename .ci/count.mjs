// Prints the counts that vitest wrote, in one line. Fails where there are none.
import { existsSync, readFileSync } from 'node:fs'

const [, , file] = process.argv
if (existsSync(file)) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(file, 'utf8'))
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`)
} else {
  console.error('The tests did not run; what was printed before says why.')
  console.log('0 passed, 0 failed, 0 skipped')
  process.exitCode = 1
}
