// The guarded sample as a process of its own.
import { serve } from '../serve.ts'
import { guarded } from './guarded-sample.ts'

await serve(guarded)
