/** The messages that the files of the cells import, as the exercise on the acceptor names them. */
export type { Messages, Proposal } from '../../../../exercises/paxos-acceptor/messages.ts'
