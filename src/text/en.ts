/**
 * The site's own words in English: everything on the page that is not a chapter, an exercise or the engine's.
 * `{name}` is a place that is filled in. Another language is a file beside this one with the same keys.
 */
import { compare } from './en-compare.ts'
import { course } from './en-course.ts'
import { glossary } from './en-glossary.ts'
import { home } from './en-home.ts'
import { notebook } from './en-notebook.ts'
import { offline } from './en-offline.ts'
import { services } from './en-services.ts'
import { way } from './en-way.ts'

export default {
  ...compare,
  ...course,
  ...glossary,
  ...home,
  ...notebook,
  ...offline,
  ...services,
  ...way,

  'language.name': 'English',
  'language.choose': 'Language',

  'site.name': 'Lockstep',
  'site.tagline': 'Distributed systems, run to the end',
  'site.description':
    'A course on distributed systems that is read, run, broken and built in one web page. Every claim is checked by an engine that tries every interleaving.',
  'site.skip': 'Skip to the text',
  'site.home': 'Lockstep, home',

  'theme.label': 'Theme: {theme}',
  'theme.auto': 'as the system',
  'theme.light': 'light',
  'theme.dark': 'dark',

  'map.title': 'The course',
  'map.planned': 'planned',
  'map.open': 'Chapters and contents',
  'contents.title': 'On this page',
  'page.place': '{chapter} · {number} of {total}',
  'page.previous': 'Previous',
  'page.next': 'Next',
  'page.turn': 'Previous and next page',
  'breadcrumb.title': 'You are here',

  'claim.label': 'Checked claim',
  'erratum.label': 'The note says',
  'rule.label': 'Rule',
  'definition.label': 'Definition',

  'chapter.locks': 'Distributed locks',
  'chapter.transactions': 'Transactions',
  'chapter.cap': 'CAP',
  'chapter.base': 'BASE',
  'chapter.paxos': 'Paxos',
  'chapter.raft': 'Raft',

  'about.locks': 'A lock that outlives its holder, and one that doesn’t: in a database, Redis and ZooKeeper.',
  'about.transactions':
    'One decision on several nodes: the outbox and two-phase commit, and who is left waiting.',
  'about.cap': 'What can be promised while the network is cut, and what cannot.',
  'about.base': 'Replicas that differ for a while, and how they come together again.',
  'about.paxos': 'Agreeing on one value when messages are lost and nodes crash.',
  'about.raft': 'Agreeing on a log: elections, replication and what keeps it safe.',

  'page.locks': 'Why a lock of its own',
  'page.locks/unique-index': 'A unique index',
  'page.locks/redis-setnx': 'Redis SETNX',
  'page.locks/redlock': 'RedLock',
  'page.locks/zookeeper': 'ZooKeeper',
  'page.locks/comparison': 'All of them compared',
  'page.transactions': 'Two nodes, one decision',
  'page.transactions/local-message-table': 'Local message table',
  'page.transactions/two-phase-commit': 'Two-phase commit',
  'page.transactions/four-problems': 'Its four problems',
  'page.transactions/instead': 'What people do instead',
  'page.cap': 'Consistency',
  'page.cap/availability': 'Availability',
  'page.cap/partition-tolerance': 'Partition tolerance',
  'page.cap/trade-off': 'The trade-off',
  'page.cap/after-the-slogan': 'CAP after the slogan',
  'page.base': 'Basically available',
  'page.base/soft-state': 'Soft state',
  'page.base/eventual-consistency': 'Eventual consistency',
  'page.base/acid-and-base': 'ACID and BASE',
  'page.paxos': 'Roles',
  'page.paxos/prepare': 'Prepare',
  'page.paxos/accept': 'Accept',
  'page.paxos/learn': 'Learn',
  'page.paxos/two-constraints': 'The two constraints',
  'page.paxos/what-the-note-gets-wrong': 'What the note gets wrong',
  'page.paxos/multi-paxos': 'From one value to a log',
  'page.raft': 'One candidate',
  'page.raft/several-candidates': 'Several candidates',
  'page.raft/log-replication': 'Log replication',
  'page.raft/what-the-note-leaves-out': 'What the note leaves out',
  'page.raft/partitions': 'Partitions and healing',
  'page.raft/from-here-to-a-real-one': 'From here to a real one',

  'exercise.kicker': 'Exercise',
  'reference.title': 'Reference',
  'reference.question': 'What may a handler do, and what is there for it to use?',
  'reference.description': 'The course’s API: what a learner’s file may import, with what each part does.',

  'missing.title': 'There is no such page',
  'missing.text': 'The address may have changed, or the page may not be written yet.',
  'missing.home': 'Go to the first page',

  'footer.source':
    'Lockstep follows, section by section, the chapter 分布式 of CyC2018’s CS-Notes (CC BY-NC-SA 4.0), a study note that has taught many people. Every sentence and figure here is its own; where the two differ, the page shows the run that decides.',
  'footer.licence': 'Text CC BY 4.0, code MIT. Nothing that you type leaves your browser.',
} as const
