/**
 * Islands that wait on a page which the browser has translated meanwhile. Its texts are other elements by then than those that an island
 * would come alive on, so that each is made anew, and translated in its turn.
 */
const { documentElement } = document

new MutationObserver(() => {
  if (!/\btranslated-/.test(documentElement.className)) return
  for (const island of document.querySelectorAll('astro-island[ssr]')) island.setAttribute('client', 'only')
}).observe(documentElement, { attributeFilter: ['class'] })

export {}
