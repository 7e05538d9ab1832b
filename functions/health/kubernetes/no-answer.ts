/** The Kubernetes API is too slow or too busy to say anything now, which is no news of the functions. */
export class NoAnswer extends Error {}
