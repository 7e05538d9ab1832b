import { readAnswer, type Answer, type Refusal } from './answer.ts'
import type { Question } from './question.ts'

/** Asks the function that this page came from. */
export async function send(question: Question, signal: AbortSignal): Promise<Answer | Refusal> {
  const { type, body } = question
  const startedAt = performance.now()
  const response = await fetch(pathOf(question), { method: 'POST', headers: { 'content-type': type }, body, signal })
  return readAnswer(response, question, startedAt)
}

/** Of a file, the function shall say what it has made of it. */
function pathOf({ picture }: Question): string {
  return picture ? 'predict' : 'predict?include=image'
}
