/** In which languages a page exists: a translation may lag behind, and no link may lead to what is not written. */
import { getCollection } from 'astro:content'
import { languages } from '../text/index.ts'

/**
 * The languages that have a page.
 * @param path its path under the language: `paxos/prepare`, `exercises/paxos-acceptor`, or empty for the first page
 */
export async function languagesOf(path: string): Promise<readonly string[]> {
  const exercise = /^exercises\/([^/]+)$/.exec(path)?.[1]
  const written =
    exercise === undefined
      ? (await getCollection('pages')).map(({ id }) => id)
      : (await getCollection('exercises')).map(({ id }) => id.split('/').reverse().join('/'))
  const name = exercise ?? path
  const found = languages.filter((language) => written.includes(`${language}/${name}`))
  // A page that no collection has is made for every language.
  return found.length > 0 ? found : languages
}
