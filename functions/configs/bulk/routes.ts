import * as z from 'zod/mini'

import { streamedBody } from '../../_runtime/request/body.ts'
import { badRequest, preconditionRequired } from '../../_runtime/reply/problem.ts'
import { ReplyStream } from '../../_runtime/reply/reply-stream.ts'
import { ok, streamed } from '../../_runtime/reply/reply.ts'
import { route } from '../../_runtime/function/route.ts'
import type { Held } from '../held.ts'
import { ExportQuery, ImportQuery, ImportResult } from '../schema.ts'

const mediaType = 'application/x-ndjson'
const ConfigLines = z.string().register(z.globalRegistry, {
  description:
    'A config in each line; an export has a line before them, and one behind them that says that it is whole',
})
const lines = streamedBody(ConfigLines)

export const exportAll = route(
  {
    summary: 'Exports configs by name, one a line, as they are at one moment.',
    query: ExportQuery,
    replies: { 200: { description: 'The file', content: { [mediaType]: ConfigLines } } },
  },
  ({ query }, { bulk }: Held) => streamed(new ReplyStream(bulk.export(query.prefix ?? '')), mediaType),
)

export const importAll = route(
  {
    summary: 'Imports the configs of a file, all or none.',
    query: ImportQuery,
    body: { [mediaType]: lines, 'application/jsonl': lines },
    mediaTypeOtherwise: mediaType,
    replies: {
      200: { description: 'What was done, or would be', content: { 'application/json': ImportResult } },
      409: { description: 'Names are taken that mode=create is to create' },
      428: { description: 'The setting requireIfMatch leaves no mode but create' },
    },
  },
  async (request, { bulk, settings }: Held) => {
    const { mode = 'upsert', prefix, dryRun = 'false' } = request.query
    if (mode === 'mirror' && prefix === undefined) {
      throw badRequest('mode=mirror removes what the file does not have; it needs to be told where.', [
        { at: 'prefix', detail: 'Expected how the names begin that the file is about; empty for all' },
      ])
    }
    if (settings.requireIfMatch && mode !== 'create') {
      throw preconditionRequired(
        'A change has to name a version here, which an import cannot; mode=create can be used.',
      )
    }
    const plan = { mode, prefix: prefix ?? '', isDryRun: dryRun === 'true', actor: request.actor }
    const counts = await bulk.import(request.body, plan, () => request.isAbandoned)
    return ok({ dryRun: plan.isDryRun, ...counts })
  },
)
