/**
 * Does work, then what is due after it, whatever comes of it. Work that needs no waiting is not waited for: as `finally`
 * of an async function does, but without the promises that it makes for each request.
 */
export function settle<T>(work: () => T | Promise<T>, after: () => void): T | Promise<T> {
  let result: T | Promise<T>
  try {
    result = work()
  } catch (error) {
    after()
    throw error
  }
  if (!(result instanceof Promise)) {
    after()
    return result
  }
  return result.then(
    (value) => {
      after()
      return value
    },
    (error: unknown) => {
      after()
      throw error
    },
  )
}
