import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { stripped } from './elf.ts'

const libraries = join(import.meta.dirname, '../../node_modules/onnxruntime-node/bin/napi-v6/linux')

// That what was stripped still runs is seen in the images, whose Node is.
test.each(['x64/onnxruntime_binding.node', 'arm64/onnxruntime_binding.node'])('of %s stays what is loaded', (path) => {
  const library = readFileSync(join(libraries, path))
  const made = stripped(library)
  expect(made.length).toBeLessThan(library.length)
  expect(made.subarray(64)).toEqual(library.subarray(64, made.length))
  expect(stripped(made)).toEqual(made)
})

test('what is no program is refused', () => {
  expect(() => stripped(Buffer.from('#!/bin/sh\n'))).toThrow('It is no 64-bit ELF program.')
})
