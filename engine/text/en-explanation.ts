/**
 * What the engine says in English to explain a verdict: the bounds, what grew, where the solution would have done something
 * else, and whose fault it was. Two forms, `one | many`, stand where a number decides; see counted.ts.
 */
import type { Dictionary } from './words.ts'

export const explanation: Dictionary = {
  'scope.count': '{count} {what}',
  'scope.comma': ', ',
  'scope.semicolon': '; ',
  'scope.and': ' and ',
  'scope.or': ' or ',
  'scope.network.unlimited': 'any message may be late, lost or repeated',
  'scope.network.once': 'every message arrives once, in any order',
  'scope.network.any-order': 'messages arrive in any order',
  'scope.network.lossy': 'any may be lost',
  'scope.network.ordered': 'messages of one connection arrive in order',
  'scope.latencies': 'a message takes {times}',
  'scope.spread': 'a message takes at least {from}, and {mean} on average',
  'scope.milliseconds': '{times} ms',
  'scope.breaks': '{count} broken connection | {count} broken connections',
  'scope.pauses': '{count} pause of any {roles} for {times} | {count} pauses of any {roles} for {times}',
  'scope.jumps': '{count} jump of any {roles}’s clock {times} | {count} jumps of any {roles}’s clock {times}',
  'scope.jumps.forward': 'by {times}',
  'scope.jumps.back': 'back by {times}',
  'scope.range': '{from} to {to}',
  'scope.partitions': '{count} partition of the {roles} | {count} partitions of the {roles}',
  'scope.partitions.timed':
    '{count} partition of the {roles} for {times} | {count} partitions of the {roles} for {times}',
  'scope.at-most': 'at most {faults}',
  'scope.duplicates': '{count} repetition | {count} repetitions',
  'scope.drops': '{count} loss | {count} losses',
  'scope.crashes': '{count} crash of any {roles} | {count} crashes of any {roles}',
  'scope.crashes.none': 'nobody crashes',
  'scope.crashes.at-once': 'any {roles} may crash and restart, any number of times',
  'scope.crashes.later': 'any {roles} may crash at any time and restart later, any number of times',
  'scope.crashes.never': 'any {roles} may crash and stay down',
  'scope.crashed.at-once': 'what crashes restarts at once',
  'scope.crashed.later': 'what crashes may restart later',
  'scope.crashed.never': 'what crashes stays down',
  'scope.extent': '{scope}: {extent}',
  'extent.explore': 'every interleaving, {count} state | every interleaving, {count} states',
  'extent.represented':
    'every interleaving, {count} state that stands for {represented} | every interleaving, {count} states that stand for {represented}',
  'extent.simulate':
    '{count} random run of at most {stepsMax} steps, seed {seed}; a sample, no proof | {count} random runs of at most {stepsMax} steps, seeds {seed} to {seedLast}; a sample, no proof',
  'extent.simulate-timed':
    '{count} random run of {milliseconds} ms and at most {stepsMax} steps, seed {seed}; a sample, no proof | {count} random runs of {milliseconds} ms and at most {stepsMax} steps, seeds {seed} to {seedLast}; a sample, no proof',
  'extent.settle': '{extent}; then at most {within} steps without faults, in which goals have to be reached',
  'reduction.group': '{nodes} are interchangeable',
  'reduction.group-also': 'so are {nodes}',
  'reduction.symmetry': '{groups}: states that differ by their names only were looked at once.',
  'reduction.partial-order': 'Messages that no longer matter are left out.',

  'growth.inbox': 'The inbox of {node} reached {size} messages, the same one up to {values} times.',
  'growth.field.number': 'The number `{field}` of {node} reached {size}; it took {values} values.',
  'growth.field.list': 'The list `{field}` of {node} reached {size} entries; it took {values} values.',
  'growth.field.record': 'The object `{field}` of {node} reached {size} fields; it took {values} values.',
  'growth.field.other': 'The field `{field}` of {node} took {values} values.',
  'growth.message.number':
    'The number `{field}` in messages from {node} reached {size}; it took {values} values.',
  'growth.message.list':
    'The list `{field}` in messages from {node} reached {size} entries; it took {values} values.',
  'growth.message.record':
    'The object `{field}` in messages from {node} reached {size} fields; it took {values} values.',
  'growth.message.other': 'The field `{field}` in messages from {node} took {values} values.',
  'growth.disk.number': 'The number `{field}` on the disk of {node} reached {size}; it took {values} values.',
  'growth.disk.list':
    'The list `{field}` on the disk of {node} reached {size} entries; it took {values} values.',
  'growth.disk.record':
    'The object `{field}` on the disk of {node} reached {size} fields; it took {values} values.',
  'growth.disk.other': 'The field `{field}` on the disk of {node} took {values} values.',
  'growth.history.number':
    'What is remembered of {node} for the checks grew: the number `{field}` reached {size}.',
  'growth.history.list':
    'What is remembered of {node} for the checks grew: the list `{field}` reached {size} entries.',
  'growth.history.record':
    'What is remembered of {node} for the checks grew: the object `{field}` reached {size} fields.',
  'growth.history.other': 'What is remembered of {node} for the checks grew: `{field}` took {values} values.',
  'growth.none': 'No part of it grew much: there are many combinations.',

  doomed: 'From step {step} on only a fault could save it.',
  'doomed.start': 'From the start only a fault could save it.',
  'doomed.here': 'From here on only a fault could save it:',
  'doomed.faultless': 'From step {step} on every run fails.',
  'doomed.faultless.start': 'Every run fails.',
  'doomed.faultless.here': 'From here on every run fails:',

  'loop.repeats': 'Step {from} repeats for ever. | Steps {from} to {to} repeat for ever.',

  'past.without.many': '{count} of the steps played no part.',
  'past.without': 'Step {steps} played no part. | Steps {steps} played no part.',

  'list.and': '{first} and {last}',

  'compare.start': 'At the start.',
  'compare.step': 'Step {step}: {event}.',
  'compare.after': 'After step {step}, the last one.',
  'compare.event.deliver': '{node} receives {message} from {from}',
  'compare.event.deliver-cut':
    '{node} receives {message} from {from}, and crashes before its handler is done',
  'compare.event.fire': 'the timer {timer} of {node} fires',
  'compare.event.fire-cut':
    'the timer {timer} of {node} fires, and {node} crashes before its handler is done',
  'compare.event.crash': '{node} crashes',
  'compare.event.crash-restart': '{node} crashes and restarts',
  'compare.event.restart': '{node} restarts',
  'compare.answer.sent': 'Your handler sent {messages}.',
  'compare.answer.nothing': 'Your handler sent nothing.',
  'compare.answer.threw': 'Your handler threw.',
  'compare.answer.start': 'Your `init` sent {messages}.',
  'compare.answer.start-nothing': 'Your `init` sent nothing.',
  'compare.answer.timers': 'With your code these timers are pending then: {timers}.',
  'compare.answer.no-timers': 'With your code no timer is pending then.',
  'compare.answer.seen':
    'Your handler sent what the solution sends, and still something else is to be seen of {node}.',
  'compare.answer.stuck': 'With your code nothing more can happen.',
  'compare.solution.sent': 'The solution would have sent {messages}.',
  'compare.solution.nothing': 'The solution would have sent nothing.',
  'compare.solution.impossible':
    'With the solution this could not have happened: something that it needs was never sent or set.',
  'compare.solution.timers': 'With the solution: {timers}.',
  'compare.solution.no-timers': 'With the solution no timer is.',
  'compare.solution.stuck': 'With the solution this could still happen: {event}.',
  'compare.message': '{message} to {to}',
  'compare.none': 'Along this run the solution does what your code does, as far as others can see.',
  'compare.one-of-several':
    'This is the first difference on the way to the failure. Not every difference is a mistake: the solution is one of several.',
  'compare.warning': 'This gives away a part of the solution:',

  'author.threw': 'In the exercise, `{part} {id}` threw {message}',
  'author.not-plain': 'In the exercise, `{part} {id}` gave something that is not plain data ({kind}).',
  'author.impure':
    'In the exercise, `{part} {id}` gave another answer when it was asked again with the same arguments.',
  'author.changes': 'In the exercise, `{part} {id}` changed what it was given.',
  'author.fault': 'This exercise has a fault of ours, not yours. Nothing was decided; your code is kept.',
}
