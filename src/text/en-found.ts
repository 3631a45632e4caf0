/** The words of what the home page shows running, in English: an acceptor by two rules, checked in the page. */
export default {
  'found.title': 'Paxos with one line wrong, checked in this page',
  'found.subtitle': 'three proposers, three acceptors',
  'found.rule': 'The acceptor’s rule',
  'found.rule.note': 'The note’s rule',
  'found.rule.paxos': 'Paxos’s rule',
  'found.about.note': 'An acceptor answers a prepare with the last proposal that it received.',
  'found.about.paxos': 'An acceptor answers a prepare with the last proposal that it accepted.',
  'found.code': 'The code of the acceptor, {file}',
  'found.run': 'Try every interleaving',
  'found.again': 'Try it again',
  'found.rest.note':
    'When this page was built, the engine saw {states} states and found this run of {steps} steps. Your browser can look for itself.',
  'found.rest.paxos':
    'When this page was built, the engine saw all {states} states and found nothing wrong. Your browser can look for itself.',
  'found.looking': 'Looking for a run in which two values are chosen.',
  'found.states': '{states} states',
  'found.fails.more': 'Found here, in your browser: {states} states in {seconds} s. No shorter run does it.',
  'found.holds': 'Every interleaving: {states} states, nothing wrong.',
  'found.holds.more': 'Tried here, in your browser, in {seconds} s: {system}.',
  'found.broken-off': 'The checker could not be loaded. Without a network it can’t be fetched; try again.',
  'found.never': '{node} reports [{n}, {v}]. It has never accepted that: it was only asked.',
  'found.same': 'The same messages in the same order: everybody accepts {values}.',
  'found.in-words': 'The run in words',
  'found.why': 'What the note gets wrong',
  'found.mend': 'Mend it yourself',
} as const
