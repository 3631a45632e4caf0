/**
 * The course's table of contents: six chapters and their pages, in reading order. A page's id is its path under
 * the language (`paxos/prepare` is read at `/en/paxos/prepare/`); a chapter's first page may be the chapter's own id.
 * Titles are words and live in src/text; a page counts as written once content/ has a file for it.
 */
export const chapters = [
  {
    id: 'locks',
    pages: [
      'locks',
      'locks/unique-index',
      'locks/redis-setnx',
      'locks/redlock',
      'locks/zookeeper',
      'locks/comparison',
    ],
  },
  {
    id: 'transactions',
    pages: [
      'transactions',
      'transactions/local-message-table',
      'transactions/two-phase-commit',
      'transactions/four-problems',
      'transactions/instead',
    ],
  },
  {
    id: 'cap',
    pages: ['cap', 'cap/availability', 'cap/partition-tolerance', 'cap/trade-off', 'cap/after-the-slogan'],
  },
  {
    id: 'base',
    pages: ['base', 'base/soft-state', 'base/eventual-consistency', 'base/acid-and-base'],
  },
  {
    id: 'paxos',
    pages: [
      'paxos',
      'paxos/prepare',
      'paxos/accept',
      'paxos/learn',
      'paxos/two-constraints',
      'paxos/what-the-note-gets-wrong',
      'paxos/multi-paxos',
    ],
  },
  {
    id: 'raft',
    pages: [
      'raft',
      'raft/several-candidates',
      'raft/log-replication',
      'raft/what-the-note-leaves-out',
      'raft/partitions',
      'raft/from-here-to-a-real-one',
    ],
  },
] as const

export type Chapter = (typeof chapters)[number]
export type ChapterId = Chapter['id']
export type PageId = Chapter['pages'][number]
