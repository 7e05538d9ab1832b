import { execFileSync } from 'node:child_process'

import { expect, test } from 'vitest'

import { curlOf } from '../curl.ts'
import { pictureOf } from '../picture.ts'
import { questionAbout } from '../question.ts'
import { Upload } from '../upload.ts'
import { seven } from './strokes-by-corners.ts'

const url = 'http://predict.default.example.com/predict'

/** What a shell makes of a command. */
function argumentsIn(command: string): string[] {
  const script = command.replace(/^curl /, String.raw`printf '%s\n' `)
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')
}

test('the command for a drawing has its numbers', () => {
  const question = questionAbout(pictureOf(seven))
  const data = ['-d', question.body]
  expect(argumentsIn(curlOf(url, question))).toEqual([url, '-H', 'content-type: application/json', ...data])
})

test.each(['seven.png', "it's $(7) `here`.png", '-x "y" \\.png'])('the command for a file has its name: %s', (name) => {
  const question = new Upload(new File([], name, { type: 'image/png' })).question()
  const data = ['--data-binary', `@${name}`]
  expect(argumentsIn(curlOf(url, question))).toEqual([url, '-H', 'content-type: image/png', ...data])
})
