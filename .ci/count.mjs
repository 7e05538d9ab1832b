// Adds up the counts that vitest (JSON) and pytest (JUnit's XML) wrote, in one line. Fails where one wrote none.
import { existsSync, readFileSync } from 'node:fs'

/** @param {string} file */
function countsIn(file) {
  if (!existsSync(file)) {
    console.error(`There is no ${file}; what was printed before says why.`)
    process.exitCode = 1
    return { passed: 0, failed: 0, skipped: 0 }
  }
  const text = readFileSync(file, 'utf8')
  return file.endsWith('.xml') ? countsInXml(text) : countsInJson(JSON.parse(text))
}

function countsInJson({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

/** @param {string} text whose first element with counts speaks of all tests; what fails besides a test is an error */
function countsInXml(text) {
  const count = (name) => Number(new RegExp(`<testsuite\\b[^>]* ${name}="(\\d+)"`).exec(text)?.[1] ?? Number.NaN)
  const failed = count('failures') + count('errors')
  const skipped = count('skipped')
  return { passed: Math.max(0, count('tests') - failed - skipped), failed, skipped }
}

const counts = process.argv.slice(2).map(countsIn)
const sum = (name) => counts.reduce((total, each) => total + each[name], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
