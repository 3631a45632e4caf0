/** Makes elements, in code that is loaded only when it is used and needs nothing that changes by itself. */

type Child = Node | string | null | undefined | false

/**
 * An element with its attributes and what is in it. Text is never taken for HTML.
 * @param attributes by name; those that are null, undefined or false are left out, and true is an empty one
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | boolean | null | undefined>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : value)
  made.append(
    ...children
      .filter((child) => child instanceof Node || Boolean(child))
      .map((child) => child as Node | string),
  )
  return made
}
