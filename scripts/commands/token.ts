import { randomBytes } from 'node:crypto'

import { Command, InvalidArgumentError } from 'commander'

import { hashOf, tokenForm, tokenName } from '../../functions/_runtime/auth/token.ts'

/** More than anybody can try, so that a plain hash of it can be kept. */
const randomBits = 256

interface Options {
  readonly scopes: readonly string[]
}

export function tokenCommand(): Command {
  return new Command('token')
    .argument('<name>', 'who gets it: the history of configs names its bearer so', parseName)
    .requiredOption('--scopes <scope...>', 'what it allows, such as configs:read')
    .description('Make a token for a function that asks for tokens, and what the function is told of it.')
    .addHelpText(
      'after',
      `
The token itself is kept nowhere: it is printed once. The line after it has its hash, which gives nothing away; it goes
under auth.tokens in the settings of the function, or into the file that its auth.tokenFile names.

Examples:
  quartet token deployer --scopes configs:read configs:write
  quartet token dashboard --scopes configs:read`,
    )
    .action((name: string, { scopes }: Options, command: Command) => {
      if (scopes.some((scope) => scope.includes(','))) {
        command.error(
          `error: scopes stand apart by spaces: --scopes ${scopes.join(' ').replaceAll(/[, ]+/g, ' ').trim()}`,
        )
      }
      const token = `quartet_${randomBytes(randomBits / 8).toString('base64url')}`
      const entry = `sha256:${hashOf(token).toString('hex')} ${scopes.join(' ')}`
      if (!tokenForm.test(entry)) command.error('error: a scope is letters, digits and signs without quotes or spaces')
      process.stdout.write(`token:\n  ${token}\n\nsettings:\n  ${name}: ${entry}\n`)
    })
}

function parseName(name: string): string {
  if (tokenName.test(name)) return name
  throw new InvalidArgumentError('Expected letters, digits, ".", "_", "@" or "-".')
}
