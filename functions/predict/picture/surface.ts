import { solve } from './linear-equations.ts'

/** A grey value at a place of a picture; x and y are -1..1 from edge to edge. */
export interface Sample {
  readonly x: number
  readonly y: number
  readonly value: number
}

const terms = 6

/** Light that falls off to one side or, as through a lens, to all: 1, x, y, x², xy, y², each times a coefficient. */
export class Surface {
  readonly #coefficients: readonly number[]

  private constructor(coefficients: readonly number[]) {
    this.#coefficients = coefficients
  }

  static level(value: number): Surface {
    return new Surface([value, 0, 0, 0, 0, 0])
  }

  /**
   * Fits by least squares.
   * @param used of the terms: 3 for a plane, 6 for a surface that bends
   * @returns nothing where the samples do not determine a surface, as in a picture of one row
   */
  static through(samples: readonly Sample[], used: 3 | 6): Surface | undefined {
    const equations = Array.from({ length: used }, () => new Float64Array(used + 1))
    for (const { x, y, value } of samples) {
      const known = used === 3 ? [1, x, y, value] : [1, x, y, x * x, x * y, y * y, value]
      for (const [row, equation] of equations.entries()) {
        const factor = known[row] ?? 0
        for (let column = 0; column <= used; column += 1) {
          equation[column] = (equation[column] ?? 0) + factor * (known[column] ?? 0)
        }
      }
    }
    const coefficients = solve(equations)
    return coefficients && new Surface([...coefficients, ...Array.from({ length: terms - used }, () => 0)])
  }

  at(x: number, y: number): number {
    const [level, right, down, bendRight, twist, bendDown] = this.#coefficients as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    return level + x * (right + x * bendRight + y * twist) + y * (down + y * bendDown)
  }
}
