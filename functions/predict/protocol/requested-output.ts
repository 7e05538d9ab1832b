import { misfit, quoted } from './misfit.ts'
import type { InferenceRequest, RequestedOutput } from './schema.ts'
import { outputs as all, probabilities, type OutputName } from './signature.ts'

/** An output that the answer shall have. */
export interface Wanted {
  readonly name: OutputName
  /** Whether behind the JSON, rather than in it. */
  readonly isBinary: boolean
  /** How many of the likeliest classes are named instead of all values; 0 for the values. */
  readonly classification: number
}

/**
 * @returns all outputs, where none is asked for by name
 * @throws Problem 400
 */
export function wantedOf({ outputs, parameters }: InferenceRequest): readonly Wanted[] {
  const isBinary = parameters?.binary_data_output ?? false
  if (!outputs || outputs.length === 0) return all.map(({ name }) => ({ name, isBinary, classification: 0 }))
  return outputs.map((output, index) => {
    // Else a small request could ask for a large answer.
    if (outputs.findIndex(({ name }) => name === output.name) < index) {
      throw misfit(['outputs', index], `The output ${quoted(output.name)} is asked for a second time`)
    }
    return wanted(output, index, isBinary)
  })
}

function wanted({ name: asked, parameters }: RequestedOutput, index: number, isBinary: boolean): Wanted {
  const name = all.find((output) => output.name === asked)?.name
  if (!name) {
    const known = all.map((output) => `"${output.name}"`).join(' or ')
    throw misfit(['outputs', index, 'name'], `Expected ${known}, received ${quoted(asked)}`)
  }
  const path = ['outputs', index, 'parameters']
  if (parameters?.shared_memory_region !== undefined) {
    throw misfit([...path, 'shared_memory_region'], 'There is no shared memory here; take the tensor from the body')
  }
  const classification = parameters?.classification ?? 0
  if (classification > 0 && name !== probabilities.name) {
    throw misfit([...path, 'classification'], `Only ${probabilities.name} are classified`)
  }
  return { name, isBinary: parameters?.binary_data ?? isBinary, classification }
}
