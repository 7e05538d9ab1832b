// The guarded sample as a process of its own.
import { serve } from '../process/serve.ts'
import { guarded } from './guarded-sample.ts'

await serve(guarded)
