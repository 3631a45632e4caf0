/**
 * Link: what is shared as the `#hash` of an address: the number of the format, a point, and the rest as compressed text; and where it
 * belongs to a part of a page, a point and the anchor of that part (Arrival.astro goes there). Whoever opens the link has all of it; no
 * server ever sees it, because a browser keeps what is behind the `#` to itself.
 */
import { fail } from '../../engine/fault.ts'
import { type Shared, readShared } from './shared.ts'

/** Raised when what stood in a link before is read differently from now on. */
export const LINK_FORMAT = 1

/** Longer links are cut off by some programs on their way: then a file has to do. */
export const LINK_LENGTH_MAX = 8_000

/** A hash that is longer was not made here. */
const HASH_LENGTH_MAX = 100_000

/** What a hash may unfold to, in bytes: a few kilobytes of it could be gigabytes. */
const UNFOLDED_MAX = 1_000_000

/** Is a hash such a link, of this format or another? Anchors of the site begin with a letter. */
export function isLink(hash: string): boolean {
  return /^#\d+\./.test(hash)
}

/** The hash, with the `#`. @param anchor of the part of the page that it belongs to; left out: the page has one part only */
export async function linkHash(shared: Shared, anchor?: string): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(shared))
  const folded = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(folded).arrayBuffer())
  return `#${LINK_FORMAT}.${toBase64(bytes)}${anchor === undefined ? '' : `.${anchor}`}`
}

/**
 * Reads a hash.
 * @throws Fault `share.…` or `run-file.…`: what is wrong with it, and where
 */
export async function readLink(hash: string): Promise<Shared> {
  const [, format, folded] = /^#(\d+)\.(.*?)(?:\.[\w-]+)?$/s.exec(hash) ?? fail('share.no-link')
  if (Number(format) > LINK_FORMAT) fail('share.newer', { path: 'format' })
  if (Number(format) !== LINK_FORMAT) fail('share.format', { path: 'format' })
  if (hash.length > HASH_LENGTH_MAX) fail('share.too-large', { limit: HASH_LENGTH_MAX })
  const text = await unfolded(fromBase64(folded!))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    fail('share.damaged')
  }
  return readShared(value)
}

/** Unfolds a piece at a time, and stops where it would become too much. */
async function unfolded(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let length = 0
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length
      if (length > UNFOLDED_MAX) break
      text += decoder.decode(piece.value, { stream: true })
    }
    if (length <= UNFOLDED_MAX) return text + decoder.decode()
  } catch {
    return fail('share.damaged')
  } finally {
    reader.cancel().catch(() => undefined)
  }
  return fail('share.too-large', { limit: UNFOLDED_MAX })
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) fail('share.damaged')
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
