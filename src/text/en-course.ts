/** Words in English for what stands in a chapter: claims, errata, runs, plots, questions and the way to an exercise. */
export const course = {
  'check.holds': 'Every interleaving of {system}: {states} states.',
  'check.holds-after': 'Every way to go on after {steps} steps of the script, {system}: {states} states.',
  'check.fails': 'A run exists: {system}, {steps} steps.',
  'check.reached': 'A run reaches it: {system}, {steps} steps.',
  'check.processes.fails': 'A run of {steps} steps exists, with {system}.',
  'check.processes.fails-timed': 'A run of {steps} steps and {milliseconds} ms exists, with {system}.',
  'check.processes.reached': 'A run of {steps} steps reaches it, with {system}.',
  'check.processes.reached-timed': 'A run of {steps} steps and {milliseconds} ms reaches it, with {system}.',
  'check.processes.loop': 'Its steps from {from} on repeat for ever.',
  'check.processes.simulated':
    'In {reached} of {runs} seeded runs {what} within {milliseconds} ms, with {system}.',
  'check.role.client': 'process | processes',
  'check.role.redis': 'Redis | instances of Redis',
  'check.role.database': 'database | databases',
  'check.role.zookeeper': 'ZooKeeper | ZooKeepers',
  'check.role.queue': 'queue | queues',
  'check.role.server': 'server | servers',
  'check.role.coordinator': 'coordinator | coordinators',
  'check.role.participant': 'participant | participants',
  'check.role.leader': 'leader | leaders',
  'check.role.acceptor': 'acceptor | acceptors',
  'check.role.replica': 'replica | replicas',
  'check.role.asker': 'client | clients',
  'check.role.user': 'user | users',
  'check.role.named': 'of {names}',
  'check.system': '{proposers} and {acceptors}, {faults}',
  'check.servers': '{servers} servers, {faults}',
  'check.proposer': '{count} proposer',
  'check.proposers': '{count} proposers',
  'check.acceptor': '{count} acceptor',
  'check.acceptors': '{count} acceptors',
  'check.once': 'each message at most once',
  'check.repeated': 'messages late, lost or repeated',
  'check.crashes': 'messages late, lost or repeated, acceptors crashing and restarting',
  'check.crashes-once': 'each message at most once, acceptors crashing and restarting',
  'check.proposers-crash': 'messages late, lost or repeated, proposers crashing and restarting',
  'check.server-crashes': 'each message at most once, servers crash and restart, {crashes} time in a run',
  'check.all-crash': 'messages late, lost or repeated, everybody crashing and restarting',
  'check.series': 'For each number from {from} to {to} the run was played: from {fewest} to {most} steps.',
  'check.seeded-none':
    'Counted ahead of the build: {runs} seeded runs of {servers} servers, {milliseconds} ms each, with {losses} messages lost, {crashes} crashes and {partitions} partitions. Nothing was broken in any of them.',
  'check.seeded-some':
    'Counted ahead of the build: {violations} of {runs} seeded runs of {servers} servers, {milliseconds} ms each, break a property.',
  'check.raft-times': 'Election timeouts of {least} to {most} ms, a heartbeat every {heartbeat} ms.',
  'check.split-votes':
    'Counted ahead of the build, with {servers} servers, timeouts of {least} to {most} ms and delays of {from} to {to} ms: {split} of {runs} seeded elections are split, {share}%.',
  'check.time-to-leader':
    'In the same elections of {servers} servers somebody leads after {mean} ms, on average.',
  'check.messages': 'For {to} commands the servers send one another {most} messages.',
  'check.told':
    'With {numbers} clients, of which one holds the lock and all others wait, the release was played and counted: it is told to {amount} of them.',
  'check.forwarded':
    'For {numbers} messages in the table the run was played and timed: after {fewest} to {most} ms all are forwarded.',
  'check.checkouts':
    'With {at} customers, {had} of {of} checkouts are done in time, {share}%: counted in {runs} seeded runs of {milliseconds} ms.',
  'check.review-pages':
    'With {at} customers, {had} of {of} requests for reviews are answered in time, {share}%: counted in {runs} seeded runs of {milliseconds} ms.',
  'check.full-reviews':
    'With {at} customers, {had} of {of} requests for reviews are answered in full, {share}%: counted in {runs} seeded runs of {milliseconds} ms.',
  'check.recommendation-pages':
    'With {at} customers, {had} of {of} requests for recommendations are answered in time, {share}%: counted in {runs} seeded runs of {milliseconds} ms.',
  'check.stale-reads':
    'With a lag of {at} ms, {had} of {of} reads are stale, {share}%: counted in {runs} seeded runs of {milliseconds} ms.',
  'check.back-reads':
    'With a lag of {at} ms, {had} of {of} reads are older than one before them, {share}%: counted in {runs} seeded runs of {milliseconds} ms.',
  'check.held':
    'For a coordinator that is away for {numbers} ms the run was played and timed: {fewest} to {most} ms.',
  'check.thinks':
    'For replicas {numbers} ms apart a write was played and timed: from its arrival to its answer {fewest} to {most} ms.',
  'check.nines': 'Worked out in this build: {minutes} {unit}, of a year of {days} days.',
  'check.faring':
    'In a run of {hours} hours all replicas are up and connected for {uptime}% of the time. Of {received} requests that reached a live replica, {unanswered} never answered.',
  'check.strategies':
    'All {strategies} strategies of two nodes that look {looks} times each, in {settings} runs each. While nothing is cut {whole} of them keep C and A. While the network is cut {available} keep A, {consistent} keep C, and {both} keep both.',
  'check.serializable':
    'Is there an order of whole transactions that explains it? For the seat that is sold twice: {twice}. For the stale look: {stale}. All orders were tried.',
  'check.amount.same': 'exactly {most}',
  'check.amount.range': '{fewest} to {most}',
  'check.simulated':
    'In {reached} of {runs} seeded runs {what} within {milliseconds} ms: {proposers} and {acceptors}, {conditions}.',
  'check.delays': 'delays of {from} to {to} ms',
  'check.wait.again': 'whoever is refused tries again at once',
  'check.wait.random': 'whoever is refused waits between {least} and {most} ms',
  'check.wait.fixed': 'whoever is refused waits {most} ms',
  'check.reached.chosen': 'a value is chosen',
  'check.replay': 'Replay',
  'check.run': 'See the run',
  'remedies.title': 'What mends it, and what does not',
  'remedy.mends': 'It mends it.',
  'remedy.fails': 'It does not.',

  'production.label': 'In production',
  'production.ran':
    'A test runs these files, with the answer, in several processes against the real servers:',
  'property.linearizable': 'No order explains what the clients were told: {operations}.',
  'property.sold-once': 'The seat is sold to {buyers}.',
  'property.two-in-time': '{one} and {other} are both inside, and neither of them was held up.',
  'property.two-inside': '{one} and {other} are both inside.',
  'property.stranded': 'The key of {node} has no deadline, and {node} is gone.',
  'property.stale-write': '{late} has overwritten what {later} wrote with a later lease.',
  'property.two-alive': '{one} and {other} are both inside, and the sessions of both are alive.',
  'property.waits-for-nothing':
    '{node} is first in line, and waits for a notice that nothing will ever cause.',
  'property.untouched': 'The order stands, its book is still in stock, and nobody is left who would take it.',
  'property.unordered':
    'A book has been taken, there is no order for it, and nobody is left who would put it back.',
  'property.orders-and-stock': 'There are {orders} orders, and {taken} books have been taken.',
  'property.order-and-message': 'Orders that stand: {orders}. Messages of orders: {messages}.',
  'property.taken-once': 'For {orders} order {taken} books have been taken.',
  'property.book-taken':
    'The message is done with, as far as the queue knows, and no book has been taken. Nothing will change that.',
  'property.in-order': '“{first}” is in the queue before “{second}”, which was written first.',
  'property.never-older': '“{second}” is in the queue once more, after “{first}”.',
  'property.all-alike': 'Committed: {committed}. Aborted: {aborted}. It is the same transaction.',
  'property.all-decided':
    'Nothing is left that could happen. Whoever is prepared holds its locks and waits, for as long as the coordinator is gone.',
  'property.all-said-yes': 'There is a commit, and not all have said yes.',
  'property.nobody-commits': 'Committed: {committed}.',
  'property.own-write': 'It has written {wrote}, was told so, and reads {read}.',
  'property.never-back': 'It has read {first}, and then {then}.',
  'property.kept': 'A write was acknowledged, and nobody who is left has it or will ever hear of it.',
  'property.lost-addition': 'Both have written, and the number is {count}. It should be {due}.',
  'property.lost': 'All {workers} workers are done, and the number is {count}. It should be {due}.',
  'property.two-obeyed': '{server} has obeyed {first} and {second}, and both lead.',
  'property.nobody-leads': '{server} leads.',
  'property.nothing-applied': '{server} has carried out {command}.',
  'property.learnt-is-chosen':
    'The learner takes {learnt} for chosen, and no majority has accepted it under one number.',
  'property.learnt-is-final':
    'The learner takes {learnt} for chosen, and {chosen} is: by {by}, at ballot {n}.',

  'plot.rounds': 'Rounds without a decision',
  'plot.steps': 'Steps of the run',
  'plot.commands': 'Commands',
  'plot.messages': 'Messages between servers',
  'plot.clients': 'Clients, the holder included',
  'plot.told': 'Waiting clients that are told of one release',
  'plot.spread': 'Longest wait before another attempt (ms)',
  'plot.decided': 'Runs that have decided within {milliseconds} ms (%)',
  'plot.nine-of-ten': 'Time until nine runs in ten have decided (ms)',
  'plot.timeout-spread': 'Spread of the election timeouts (ms)',
  'plot.split-votes': 'Elections whose first term ends in a split vote (%)',
  'plot.time-to-leader': 'Mean time from the last heartbeat to a new leader (ms)',
  'plot.customers': 'Customers, of whom each asks for something about once a second',
  'plot.in-time': 'Answered in time (%)',
  'plot.lag': 'Replication lag (ms)',
  'plot.reads': 'Reads (%)',
  'plot.waiting-messages': 'Messages in the table',
  'plot.forwarded': 'Time until all are forwarded (ms)',
  'plot.away': 'Time until the coordinator returns (ms)',
  'plot.held': 'Time for which the book is locked (ms)',
  'plot.apart': 'How far the replicas are apart: one message takes so long (ms)',
  'plot.thinks': 'From a write’s arrival at a replica to its answer (ms)',
  'plot.numbers': 'The numbers',
  'plot.label': '{y} against {x}',

  'erratum.silent': 'The note leaves out',

  'predict.label': 'Predict',
  'predict.check': 'Check',
  'predict.right': 'Yes.',
  'predict.wrong': 'No.',
  'predict.answer': 'The engine’s answer',
  'predict.show': 'Show the run',
  'predict.run': 'The run that decides it',

  'exercise.open': 'Open the exercise',
  'exercise.build': 'Exercise · build',
  'exercise.break': 'Exercise · break',
} as const
