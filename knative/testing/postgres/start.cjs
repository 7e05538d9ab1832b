// The process of the image: makes what the official image's POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB ask for, and
// becomes PostgreSQL. initdb takes a shell, which the image lacks: the data was made with the image, and is copied here.
const { execFileSync } = require('node:child_process')
const { appendFileSync, chmodSync, cpSync, existsSync } = require('node:fs')
const path = require('node:path')

const { POSTGRES_USER: user = 'postgres', POSTGRES_PASSWORD: password, POSTGRES_DB: database = user } = process.env
const data = process.env.PGDATA ?? '/var/lib/postgresql/data'
const program = '/postgres/bin/postgres'
// Whose the data is that came with the image.
const owner = 'quartet'

if (!password) throw new Error('POSTGRES_PASSWORD is not set.')
if (!existsSync(path.join(data, 'PG_VERSION'))) {
  cpSync('/postgres/data', data, { recursive: true })
  chmodSync(data, 0o700)
  appendFileSync(path.join(data, 'pg_hba.conf'), 'host all all all scram-sha-256\n')
  const statements = [
    `${user === owner ? 'alter' : 'create'} role ${quoted(user, '"')} superuser login password ${quoted(password, "'")}`,
    ...(database === 'postgres' ? [] : [`create database ${quoted(database, '"')} owner ${quoted(user, '"')}`]),
  ]
  execFileSync(program, ['--single', '-D', data, 'postgres'], {
    input: `${statements.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}
const settings = ['listen_addresses=*', 'unix_socket_directories=']
process.execve(program, [program, '-D', data, ...settings.flatMap((setting) => ['-c', setting])], process.env)

function quoted(name, mark) {
  return mark + name.replaceAll(mark, mark + mark) + mark
}
