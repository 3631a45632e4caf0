/** The messages of a run that are on their way, as its record has them: what breaks with a stream, and when each arrives. */
import type { ActorModel } from '../actors/actor-model.ts'
import type { Streams } from '../actors/system.ts'
import { type MessageRecord, dataOf } from '../trace/record.ts'

/**
 * What is on its way once a message was lost; on a stream without all that came after it, and with the news of it in its place.
 * @param number the step that loses it
 */
export function withoutLost(
  { system, timing }: ActorModel,
  inFlight: readonly MessageRecord[],
  lost: MessageRecord,
  number: number,
): MessageRecord[] {
  const { streams } = system.network
  const first = inFlight.indexOf(lost)
  if (!streams) return inFlight.filter((_, index) => index !== first)
  const isLost = (message: MessageRecord, index: number): boolean =>
    index >= first && isSameStream(streams, message, lost)
  const kept = inFlight.filter((message, index) => !isLost(message, index))
  const timed = timing === null ? {} : { arrivesIn: 0 }
  return [
    ...kept,
    {
      ...lost,
      ...streams.broken(inFlight.filter(isLost).map(dataOf)),
      id: `${number}.0`,
      line: 0,
      sentAt: number,
      ...timed,
    },
  ]
}

/**
 * Messages with the times that they take: on a stream no less than those before them.
 * @param latencies of those that somebody handles; left out: as long as is usual
 */
export function withTimes(
  { system, timing }: ActorModel,
  inFlight: readonly MessageRecord[],
  sent: readonly MessageRecord[],
  latencies: readonly number[] | undefined,
): MessageRecord[] {
  if (timing === null) return [...sent]
  const { streams } = system.network
  const before = [...inFlight]
  const usual = timing.usual(1)[0]!
  let index = 0
  return sent.map((message) => {
    if (message.absorbed) return { ...message, arrivesIn: 0 }
    const latency = latencies ? latencies[index++]! : usual
    const ahead = streams ? before.filter((other) => isSameStream(streams, other, message)) : []
    const arrivesIn = Math.max(latency, ...ahead.map((other) => other.arrivesIn!))
    before.push({ ...message, arrivesIn })
    return { ...message, arrivesIn }
  })
}

function isSameStream(streams: Streams, one: MessageRecord, other: MessageRecord): boolean {
  return (
    one.from === other.from && one.to === other.to && streams.of(dataOf(one)) === streams.of(dataOf(other))
  )
}
