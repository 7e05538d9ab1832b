const colors = 6
const places = new Map<string, number>()

/** @returns the color of a function, by its number in the style: the same in all charts, as long as the page is open */
export function colorOf(name: string): string {
  const place = places.get(name) ?? places.size
  places.set(name, place)
  return String(place % colors)
}
