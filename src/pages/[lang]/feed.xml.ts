/** The changes as a feed. Its addresses have to be whole, so that there is none where the site's own is not known. */
import rss from '@astrojs/rss'
import type { APIRoute } from 'astro'
import { getEntry } from 'astro:content'
import { newestFirst } from '../../changes/changes.ts'
import { href } from '../../paths.ts'
import { languagePaths, t } from '../../text/index.ts'

export const getStaticPaths = () => (import.meta.env.SITE ? languagePaths() : [])

export const GET: APIRoute = async ({ params, site }) => {
  const lang = params.lang!
  const changes = newestFirst((await getEntry('changes', `${lang}/changes`))?.data ?? {})
  return rss({
    title: `${t(lang, 'site.name')}: ${t(lang, 'changes.title')}`,
    description: t(lang, 'changes.description'),
    site: new URL(href(lang), site).href,
    items: changes.map(({ id, date, title, text, page }) => ({
      title,
      description: text,
      pubDate: date,
      link: new URL(href(`${lang}/${page ?? `changes#${id}`}`), site).href,
      customData: `<guid isPermaLink="false">${new URL(href(`${lang}/changes#${id}`), site).href}</guid>`,
    })),
    customData: `<language>${lang}</language>`,
    trailingSlash: true,
  })
}
