// The function as a process of its own, as its image runs.
import { serve } from '../../_runtime/process/serve.ts'
import { predict } from '../index.ts'

await serve(predict)
