/** Addresses inside the site. Every link is made here, so that the site works under any base path. */

/**
 * The address of a page of the site.
 * @param path from the site's root, such as `en/paxos/prepare`; a `#part` may follow. Files keep their name, pages
 *   get the trailing slash that a static host wants.
 */
export function href(path: string): string {
  const [address = '', part] = path.split('#')
  const trimmed = address.replace(/^\/+|\/+$/g, '')
  const isFile = /\.[a-z0-9]+$/i.test(trimmed)
  const base = import.meta.env.BASE_URL.replace(/\/*$/, '/')
  return base + trimmed + (trimmed === '' || isFile ? '' : '/') + (part === undefined ? '' : `#${part}`)
}

/** The path from the site's root that an address of the site stands for: what `href` was given. */
export function pathOf(pathname: string): string {
  const base = import.meta.env.BASE_URL.replace(/\/*$/, '/')
  return (pathname.startsWith(base) ? pathname.slice(base.length) : pathname).replace(/^\/+|\/+$/g, '')
}
