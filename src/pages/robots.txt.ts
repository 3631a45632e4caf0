/** What robots may see, which is everything, and where the list of all pages is if there is one. */
import type { APIRoute } from 'astro'
import { href } from '../paths.ts'

export const GET: APIRoute = ({ site }) => {
  const lines = ['User-agent: *', 'Allow: /']
  if (site) lines.push('', `Sitemap: ${new URL(href('sitemap-index.xml'), site).href}`)
  return new Response(`${lines.join('\n')}\n`, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
