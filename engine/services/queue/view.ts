/** What the views show of a broker: the records of each partition, how far each group has come in it, and who reads it. */
import type { QueueState } from './coordinator.ts'

export interface ReaderView {
  readonly group: string
  /** The offset of the record that the group reads next if its consumer is lost; null: nothing was committed. */
  readonly committed: number | null
  /** The connection whose share the partition is; null: nobody's. */
  readonly consumer: string | null
  /** The offset of the record that its consumer is given next; null where there is none. */
  readonly position: number | null
  /** It waits for the session of a consumer to be over whose connection is lost. */
  readonly heldForLost: boolean
}

export interface QueueView {
  readonly kind: 'partitions'
  readonly partitions: readonly {
    readonly topic: string
    readonly partition: number
    /** By their offsets. */
    readonly records: readonly { readonly key: string | null; readonly value: string | null }[]
    readonly readers: readonly ReaderView[]
  }[]
  readonly groups: readonly {
    readonly id: string
    readonly rebalancing: boolean
    readonly consumers: readonly {
      readonly connection: string
      readonly standing: string
      /** A poll of it waits for records. */
      readonly polling: boolean
      /** Milliseconds until it is out of the group; null where nothing counts down. */
      readonly session: number | null
    }[]
    /** Milliseconds until the partitions of consumers that are lost are given to others. */
    readonly lost: readonly number[]
  }[]
}

/** For `ServerNodeOptions.show`. */
export function queueView(state: QueueState): QueueView {
  return {
    kind: 'partitions',
    partitions: state.topics.flatMap(({ name: topic, partitions }) =>
      partitions.map((records, partition) => {
        const isIt = (one: { readonly topic: string; readonly partition: number }): boolean =>
          one.topic === topic && one.partition === partition
        return {
          topic,
          partition,
          records: records.map(({ key, value }) => ({ key, value })),
          readers: state.groups
            .map(({ id, committed, consumers, lost }): ReaderView => {
              const reading = consumers.find(({ shares }) => shares.some(isIt))
              return {
                group: id,
                committed: committed.find(isIt)?.offset ?? null,
                consumer: reading?.connection ?? null,
                position: reading?.shares.find(isIt)?.position ?? null,
                heldForLost: lost.some((one) => one.partitions.some(isIt)),
              }
            })
            .filter(
              ({ committed, consumer, heldForLost }) =>
                committed !== null || consumer !== null || heldForLost,
            ),
        }
      }),
    ),
    groups: state.groups.map(({ id, consumers, lost, rebalancing }) => ({
      id,
      rebalancing: rebalancing !== null,
      consumers: consumers.map(({ connection, standing, waiting, session }) => ({
        connection,
        standing,
        polling: waiting !== null,
        session,
      })),
      lost: lost.map(({ left }) => left),
    })),
  }
}
