// The sample as a process of its own, as the image of a function runs.
import { serve } from '../process/serve.ts'
import { makeSample } from './sample.ts'

await serve(makeSample().function)
