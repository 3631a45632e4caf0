/** What pages say to the service worker. */
export type Message =
  /** The reader is at this page and nothing is going on: keep its chapter. */
  | { readonly kind: 'visited'; readonly address: string }
  /** Keep these chapters, whatever they cost: the reader has asked for it. Answered over the port that comes along. */
  | { readonly kind: 'keep'; readonly chapters: readonly string[] }
  | { readonly kind: 'forget'; readonly chapters: readonly string[] }
  /** The reader wants the new version now. */
  | { readonly kind: 'take-over' }
  /** Take over if no other page is open: this one has only just been opened. */
  | { readonly kind: 'take-over-if-alone' }

/** How far keeping is, in files. */
export interface Progress {
  readonly done: number
  readonly total: number
  /** At the end: whether all is here. */
  readonly kept?: boolean
}
