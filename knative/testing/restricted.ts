/** What Pod Security "restricted" wants of a container: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const restricted = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const
