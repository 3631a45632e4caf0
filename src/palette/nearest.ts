/** The places whose addresses are most like one that leads nowhere: a letter too many, a page that moved. */
import type { Place } from './guide.ts'

const PLACES_MAX = 3
/** How much of the letters in pairs they have to share, at least. */
const ALIKE_MIN = 0.5

/** The pairs of letters in the last two parts of an address, which say which page it is. */
function pairs(address: string): Set<string> {
  const text = address.toLowerCase().split('/').filter(Boolean).slice(-2).join(' ')
  return new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, at) => text.slice(at, at + 2)))
}

export function nearest(address: string, places: readonly Place[]): Place[] {
  const wanted = pairs(address)
  const alike = (place: Place): number => {
    const own = pairs(place.address)
    const shared = [...own].filter((pair) => wanted.has(pair)).length
    return (2 * shared) / (own.size + wanted.size || 1)
  }
  return places
    .map((place) => ({ place, likeness: alike(place) }))
    .filter(({ likeness }) => likeness >= ALIKE_MIN)
    .sort((one, other) => other.likeness - one.likeness)
    .slice(0, PLACES_MAX)
    .map(({ place }) => place)
}
