/**
 * The errors that the queue answers with: those of Kafka's protocol, and those with which kafkajs or Kafka's own client
 * refuses a wrong call before anything is sent.
 * Reference: Kafka, "Protocol guide", Error codes; the words are kafkajs's (`src/protocol/error.js`).
 */
import type { Answer, ServiceError } from '../service.ts'

/** Kafka's name of an error that the queue can answer with. */
export type ProtocolErrorType = keyof typeof PROTOCOL_ERRORS

const PROTOCOL_ERRORS = {
  UNKNOWN_TOPIC_OR_PARTITION: [3, true, 'This server does not host this topic-partition'],
  INVALID_REQUIRED_ACKS: [21, false, 'Produce request specified an invalid value for required acks'],
  UNKNOWN_MEMBER_ID: [25, false, 'The coordinator is not aware of this member'],
  INVALID_SESSION_TIMEOUT: [
    26,
    false,
    'The session timeout is not within the range allowed by the broker (as configured by ' +
      'group.min.session.timeout.ms and group.max.session.timeout.ms)',
  ],
  REBALANCE_IN_PROGRESS: [27, false, 'The group is rebalancing, so a rejoin is needed'],
  DUPLICATE_SEQUENCE_NUMBER: [46, false, 'The broker received a duplicate sequence number'],
} as const

/** An error of Kafka's protocol. Its code is the name; the number is among the details, where the client finds it. */
export function protocolError(type: ProtocolErrorType): { readonly error: ServiceError } {
  const [number, retriable, message] = PROTOCOL_ERRORS[type]
  return { error: { name: 'KafkaJSProtocolError', code: type, message, details: { number, retriable } } }
}

/** A call that no retry would mend. */
export function refused(message: string): { readonly error: ServiceError } {
  return { error: { name: 'KafkaJSNonRetriableError', code: '', message } }
}

/** An argument of the wrong type, on which Node's `Buffer` throws inside kafkajs. */
export function wrongType(message: string): { readonly error: ServiceError } {
  return { error: { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message } }
}

/** An answer that carries nothing. */
export const DONE: Answer = { value: null }
