/** Why the cluster did not do what was asked, as far as somebody can act on it. */
type Kind =
  | 'no kubectl'
  | 'unreachable'
  | 'no permission'
  | 'not found'
  | 'unknown kind'
  | 'conflict'
  | 'interrupted'
  | 'failed'

/** What kubectl could not do, with what to do about it. */
export class ClusterError extends Error {
  readonly kind: Kind

  constructor(kind: Kind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** How kubectl says what went wrong, most telling first. https://github.com/kubernetes/kubectl has the texts. */
const signs: readonly (readonly [RegExp, Kind, string])[] = [
  [
    /connection to the server .* was refused|Unable to connect to the server|i\/o timeout|Client\.Timeout|TLS handshake|no such host|no route to host/,
    'unreachable',
    'The cluster cannot be reached. Is it up, and is it the one that you mean? `kubectl config current-context` names it; KUBECONFIG, --kubeconfig and --context choose another.',
  ],
  [
    /context .*(?:does not exist|was not found)|no configuration has been provided|^error: stat .*no such file|Error loading config file|invalid configuration/m,
    'unreachable',
    'The kubeconfig does not lead to a cluster. `kubectl config get-contexts` lists what it has; KUBECONFIG, --kubeconfig and --context choose another.',
  ],
  [
    /the server could not find the requested resource/,
    'unreachable',
    'What answers is no Kubernetes API, or lacks what was asked for. Without a kubeconfig kubectl asks localhost:8080, where something else may be. KUBECONFIG, --kubeconfig and --context choose a cluster.',
  ],
  [
    /\(Unauthorized\)|You must be logged in|provide credentials/,
    'no permission',
    'The cluster does not know who asks. Log in again, or choose another user in the kubeconfig.',
  ],
  [/admission webhook|\(Invalid\)|\(BadRequest\)/, 'failed', 'The cluster refuses what it was sent.'],
  [
    /\(Forbidden\)|cannot \w+ resource/,
    'no permission',
    'The user of this kubeconfig may not do that. `kubectl auth can-i --list` says what it may.',
  ],
  [
    /doesn't have a resource type|no matches for kind|ensure CRDs are installed/,
    'unknown kind',
    'The cluster does not know this kind of object. Where it is one of Knative, Knative Serving is not installed: https://knative.dev/docs/install/',
  ],
  [/\(NotFound\)|not found/, 'not found', 'It is not there. --namespace chooses where it is looked for.'],
  [
    /\(Conflict\)|conflict with|Operation cannot be fulfilled/,
    'conflict',
    'Somebody else has changed it, or owns that field.',
  ],
]

/** Puts what a kubectl that failed has written into our words, with its own behind them. */
export function clusterError(argv: readonly string[], stderr: string): ClusterError {
  const told = meaningful(stderr)
  const [, kind, advice] = signs.find(([sign]) => sign.test(told)) ?? [undefined, 'failed' as const, undefined]
  const said = told === '' ? `kubectl ${argv[0] ?? ''} failed and does not say why.` : told
  return new ClusterError(kind, advice === undefined ? said : `${advice}\nkubectl said: ${said}`)
}

/** What is refused for one object is mostly refused for the next. */
const mostLines = 4

/** Without the log lines of kubectl's caches and warnings: the same error, five times over. */
function meaningful(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.filter((line) => !/^[EWI]\d{4} |^Warning: /.test(line))
  const more = telling.length - mostLines
  if (more > 1) telling.splice(mostLines, more, `... and ${more} lines more`)
  if (telling.length > 0) return telling.join('\n').trim()
  const last = lines.at(-1) ?? ''
  return /err="(.+)"$/.exec(last)?.[1] ?? last
}
