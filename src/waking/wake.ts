/**
 * Brings an island to life on the first of some signs. What happens in it before it is alive is kept and done again once it is, in
 * the same order, so that no press is lost to the time that loading takes.
 */
export interface Island {
  readonly element: HTMLElement
  /** Loads the island's code. */
  readonly load: () => Promise<() => void | Promise<void>>
  /** Whoever presses one button again and again, because nothing happens, wants it once. */
  readonly once?: boolean
}

/**
 * @param signs the names of the events that wake it
 * @param again by the name of an event: how it is done again, or null where it need not be
 * @returns wakes it without a sign
 */
export function wakeOn(
  { element, load, once = false }: Island,
  signs: readonly string[],
  again: Readonly<Record<string, (event: Event) => (() => void) | null>>,
): () => void {
  const missed = new Map<unknown, () => void>()
  let isLoading = false
  const wake = async (): Promise<void> => {
    if (isLoading) return
    isLoading = true
    element.setAttribute('aria-busy', 'true')
    try {
      await (
        await load()
      )()
    } catch {
      // Said below: it is not alive.
    }
    element.removeAttribute('aria-busy')
    // Perhaps there is no network just now: the next sign tries again.
    isLoading = false
    if (element.hasAttribute('ssr')) return
    for (const [name, listener] of listeners) element.removeEventListener(name, listener)
    for (const act of missed.values()) act()
  }
  const listeners = [
    ...signs.map((name) => [name, () => void wake()] as const),
    ...Object.entries(again).map(
      ([name, redo]) =>
        [
          name,
          (event: Event) => {
            const act = redo(event)
            if (act === null) return
            const key = once ? ((event.target as Element).closest('button') ?? event.target) : event
            missed.delete(key)
            missed.set(key, act)
          },
        ] as const,
    ),
  ]
  for (const [name, listener] of listeners) element.addEventListener(name, listener)
  return () => void wake()
}
