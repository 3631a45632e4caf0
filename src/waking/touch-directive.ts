/**
 * What `client:touch` does in the page: it waits until the pointer is over the island, a key or a finger is in it, or a link leads to
 * it. A page then costs the same however many figures it has, until one is used. Its value may name a key of the local storage: where
 * there is something under it, the island has more to show to this reader and comes alive as soon as it is seen.
 *
 * What a figure shows without a script is whole; only what it scrolls to is seen to here: what is marked `data-sight` is brought into
 * the sight of the `data-scrolls` around it.
 */
import type { ClientDirective } from 'astro'
import { touchedBefore } from './touched-before.ts'
import { wakeOn } from './wake.ts'

/** What the browser itself does something with when it is clicked, and must not do it twice. */
const OWN_DOING = 'a, summary, label, input, select, textarea'

const touch: ClientDirective = (load, { value }, element) => {
  const wake = wakeOn(
    { element, load: () => loadWhole(element, load) },
    ['pointerover', 'pointerdown', 'focusin'],
    {
      click(event) {
        const target = event.target as Element
        if (target.closest(OWN_DOING)) return null
        return () => target.dispatchEvent(new MouseEvent('click', event as MouseEvent))
      },
      keydown: (event) => () =>
        event.target!.dispatchEvent(new KeyboardEvent('keydown', event as KeyboardEvent)),
      input: entered,
      change: entered,
    },
  )

  const isMeant = (): void => {
    // A link that carries a run names the part that it is of at its end: see src/share/link.ts.
    const meant = document.getElementById(location.hash.replace(/^#(\d+\.[\w-]*\.)?/, ''))
    if (meant && element.parentElement?.contains(meant)) wake()
  }
  isMeant()
  addEventListener('hashchange', isMeant)

  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue
      seen.unobserve(target)
      if (typeof value === 'string' && touchedBefore(value)) wake()
      if (target.matches('[data-scrolls]')) bringIntoSight(target)
    }
  })
  for (const part of [...element.children, ...element.querySelectorAll('[data-scrolls]')]) seen.observe(part)
}

/** Its properties are in a file of their own: see scripts/page-weight.ts. They come while the code does. */
async function loadWhole(
  element: HTMLElement,
  load: Parameters<ClientDirective>[0],
): Promise<Awaited<ReturnType<typeof load>>> {
  const { props } = element.dataset
  if (props !== undefined) {
    import(/* @vite-ignore */ element.getAttribute('component-url')!).catch(() => undefined)
    const response = await fetch(props)
    if (!response.ok) throw new Error(`${response.status} ${props}`)
    element.setAttribute('props', await response.text())
    delete element.dataset.props
  }
  return load()
}

function bringIntoSight(scroller: Element): void {
  const sight = scroller.querySelector('[data-sight]')
  if (!sight) return
  const { bottom, height } = sight.getBoundingClientRect()
  scroller.scrollTop += Math.max(0, bottom + height / 2 - scroller.getBoundingClientRect().bottom)
}

/** What was entered is entered again: coming alive brings back what the page was made with. */
function entered({ target, type }: Event): () => void {
  const field = target as HTMLInputElement
  const { value, checked } = field
  return () => {
    field.value = value
    field.checked = checked
    field.dispatchEvent(new Event(type, { bubbles: true }))
  }
}

export default touch
