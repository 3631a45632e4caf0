/**
 * What the page on histories of one's own is told of a history: the verdict in words, and its operations as they are drawn. Plain data: it
 * comes from a worker.
 */

/** What is asked. */
export interface HistoryRequest {
  readonly text: string
  /** The kind of object, by its name on the command line. */
  readonly kind: string
  /** What it holds at first, as JSON; empty for what a new one holds. */
  readonly initial: string
}

/** One operation, in words. */
export interface DrawnOperation {
  readonly process: string
  readonly f: string
  /** What was given to it; undefined where that is nothing. */
  readonly given: string | undefined
  /** What came out; undefined where that is nothing, or not known. */
  readonly came: string | undefined
  /** Numbers of events. */
  readonly invoked: number
  /** Null: nobody knows what became of it. */
  readonly returned: number | null
}

/** What is drawn of one object. */
export interface DrawnObject {
  /** The empty text where there is but one. */
  readonly key: string
  /** In the order in which they were invoked. */
  readonly operations: readonly DrawnOperation[]
  /** Numbers of operations in the order in which they take effect; null where the question is open. */
  readonly order: readonly number[] | null
  /** The number of the operation that can’t be explained; null for none. */
  readonly claim: number | null
  /** Numbers of as few operations as rule it out; empty where they were not found. */
  readonly reasons: readonly number[]
}

export type Judged =
  | {
      readonly verdict: 'linearizable' | 'not-linearizable' | 'inconclusive'
      /** The first says the verdict. */
      readonly sentences: readonly string[]
      /** The one that fails comes first. */
      readonly objects: readonly DrawnObject[]
    }
  | {
      readonly verdict: 'unreadable'
      readonly message: string
      /** The line that can’t be read, counted from 1; null where it is not a line. */
      readonly line: number | null
    }
