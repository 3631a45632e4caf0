/** What users, the shop and its back ends say to each other. A user’s request has a number, and so has all that comes of it. */

/** What a request is for. */
export type Kind = 'checkout' | 'reviews' | 'recommendations'

export interface Messages {
  /** User to shop: "show me this page". Numbers are not used twice. */
  request: { id: number; kind: Kind }
  /** Shop to user: the page. `full`: with what the back end has said; else with what the shop has by heart, which a checkout can’t do with. */
  page: { id: number; full: boolean }
  /** Shop to user: "not now". Only a checkout is refused. */
  refused: { id: number }
  /** Shop to back end: "do your part of request `id`". */
  call: { id: number; kind: Kind }
  /** Back end to shop: "done". */
  result: { id: number }
}
