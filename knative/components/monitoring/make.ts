import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { madeFiles } from './files.ts'

for (const [path, content] of madeFiles()) writeFileSync(join(import.meta.dirname, path), content)
