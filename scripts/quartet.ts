#!/usr/bin/env node
import { Command } from 'commander'

import { version } from '../functions/_runtime/process/version.ts'
import { benchCommand } from './commands/bench.ts'
import { configsCommand } from './commands/configs.ts'
import { deleteCommand } from './commands/delete.ts'
import { deployCommand } from './commands/deploy.ts'
import { imageCommand } from './commands/image.ts'
import { migrateCommand } from './commands/migrate.ts'
import { outboxCommand } from './commands/outbox.ts'
import { parseCommand } from './commands/parse.ts'
import { rolloutCommand } from './commands/rollout.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { tokenCommand } from './commands/token.ts'
import { usageError } from './exit-codes.ts'

const examples = `
Examples:
  quartet start                            serve all functions on http://localhost:8080, with a PostgreSQL of their own
  quartet start predict health             serve these two
  PORT=9000 LOG_LEVEL=warn quartet start   settings from the environment
  quartet parse quartet.yaml               print the effective settings, or every error with its line and column
  DATABASE_URL=postgres://user:password@host/database quartet migrate
                                           bring a database up to date
  K_SINK=http://localhost:9000 quartet outbox --timeout 50
                                           send the change events of configs that are still to be sent
  quartet configs export configs.ndjson    write all configs to a file; import brings them back, diff compares
  quartet token deployer --scopes configs:read configs:write
                                           make a token for whoever may do that, where configs asks for tokens
  quartet rollout predict --image registry.example/quartet-predict:2 --prometheus http://localhost:9090
                                           bring a new revision to users by and by, and back when it is not good
  quartet image configs                    make its container image, without Docker
  quartet deploy --tag 0.1.0               bring all to Knative, and wait until they are ready
  quartet status --watch                   watch them scale, without waking any
  quartet bench ramp --kube                 send load, watch the pods that it makes, and write a report

Exit codes: 0 done, 1 something was found or failed, 2 wrong usage.
In a checkout, \`npx quartet\` runs this command.`

const program = new Command('quartet')
  .description('Four serverless functions for Knative: configs, predict, health, metrics.')
  .version(version)
  .addHelpText('after', examples)
  // A command and one below it may have options of the same name.
  .enablePositionalOptions()
  .showHelpAfterError('(quartet --help shows examples)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usageError))

const commands = [
  startCommand(),
  parseCommand(),
  migrateCommand(),
  configsCommand(),
  outboxCommand(),
  rolloutCommand(),
  tokenCommand(),
  imageCommand(),
  deployCommand(),
  statusCommand(),
  deleteCommand(),
  benchCommand(),
]
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program))
  for (const each of command.commands) each.copyInheritedSettings(command)
}

await program.parseAsync()
