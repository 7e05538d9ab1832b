import type { Orientation } from './orientation.ts'

const tag = 0x0112
const isShort = 3
const entryBytes = 12

/**
 * Reads the orientation from EXIF data, which is a TIFF file of tags: CIPA DC-008, 4.6.2.
 * @returns 1 where it is not said, or not as it should be: a picture is shown all the same
 */
export function exifOrientation(tiff: Uint8Array): Orientation {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  if (view.byteLength < 8) return 1
  const order = view.getUint16(0)
  const isLittle = order === 0x4949
  if ((!isLittle && order !== 0x4d4d) || view.getUint16(2, isLittle) !== 42) return 1
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > view.byteLength) return 1
  const first = directory + 2
  const fitting = Math.floor((view.byteLength - first) / entryBytes)
  const entries = Math.min(view.getUint16(directory, isLittle), fitting)
  for (let entry = first; entry < first + entries * entryBytes; entry += entryBytes) {
    if (view.getUint16(entry, isLittle) !== tag) continue
    return view.getUint16(entry + 2, isLittle) === isShort ? orientationOf(view.getUint16(entry + 8, isLittle)) : 1
  }
  return 1
}

function orientationOf(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1
}
