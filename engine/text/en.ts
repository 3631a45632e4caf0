/** The engine's words in English: actions, steps, verdicts and errors. Exercises and the site have their own. */
import { answers } from './en-answers.ts'
import { breaking } from './en-break.ts'
import { clients } from './en-clients.ts'
import { histories } from './en-histories.ts'
import { explanation } from './en-explanation.ts'
import { services } from './en-services.ts'
import type { Dictionary } from './words.ts'

export const en: Dictionary = {
  ...answers,
  ...breaking,
  ...clients,
  ...histories,
  ...explanation,
  ...services,

  'action.deliver': 'deliver {message} from {from} to {to}',
  'action.drop': 'lose {message} from {from} to {to}',
  'action.duplicate': 'repeat {message} from {from} to {to}',
  'action.fire': 'let the timer {timer} of {node} fire',
  'action.crash': 'crash {node}',
  'action.restart': 'restart {node}',
  'action.pause': 'pause {node}',
  'action.pause-for': 'pause {node} for {milliseconds} ms',
  'action.pass': 'let {milliseconds} ms pass',
  'action.jump': 'set the clock of {node} forward by {milliseconds} ms',
  'action.jump-back': 'set the clock of {node} back by {milliseconds} ms',
  'action.resume': 'resume {node}',
  'action.partition': 'cut the network: {groups}',
  'action.cut-links': 'cut the network between {links}',
  'action.cut-between':
    'cut the network: {groups}; {reaching} reaches both sides | cut the network: {groups}; {reaching} reach both sides',
  'action.heal': 'heal the network',

  'step.start': '{node} starts and sends {messages} to {to}.',
  'step.deliver': '{node} receives {message} from {from}',
  'step.fire': 'The timer {timer} of {node} fires',
  'step.answers': ' and answers {messages}.',
  'step.sends': ' and sends {messages} to {to}.',
  'step.silent': ' and sends nothing.',
  'step.ignored': ' and ignores it.',
  'step.cut-sent': ', sends {messages}, crashes before it has done the rest, and restarts.',
  'step.cut-nothing': ', crashes before it has sent anything, and restarts.',
  'step.cut-lost': 'Lost: {lost}.',
  'step.lost-persist': 'what was to be written to its disk',
  'step.crash': '{node} crashes.',
  'step.crash-restart': '{node} crashes and restarts with what was on its disk.',
  'step.crash-restart-empty': '{node} crashes and restarts; its disk is empty.',
  'step.restart': '{node} restarts with what was on its disk.',
  'step.restart-empty': '{node} restarts; its disk is empty.',
  'step.pause': '{node} pauses.',
  'step.pause-for': '{node} pauses for {milliseconds} ms.',
  'step.pass': '{milliseconds} ms pass.',
  'step.jump': 'The clock of {node} jumps forward by {milliseconds} ms.',
  'step.jump-back': 'The clock of {node} jumps back by {milliseconds} ms.',
  'step.resume': '{node} goes on.',
  'step.drop': '{message} from {from} to {to} is lost.',
  'step.duplicate': '{message} from {from} to {to} is repeated.',
  'step.partition': 'The network is cut: {groups}.',
  'step.cut-links': 'The network is cut between {links}.',
  'step.cut-between':
    'The network is cut: {groups}; {reaching} reaches both sides. | The network is cut: {groups}; {reaching} reach both sides.',
  'step.link': '{one} and {other}',
  'step.heal': 'The network is whole again.',
  'step.loop': 'And so on from step {from}, for ever.',

  'check.passed.explore': 'Holds in every interleaving.',
  'check.passed.witness': 'A run of {length} steps reaches it.',
  'check.passed.settle':
    'Reached in each of {runs} random runs within {within} steps after the faults had stopped, seeds {seed} to {seedLast}. Not every interleaving.',
  'check.passed.simulate': 'Held in {runs} random runs. Not every interleaving.',
  'check.failed.explore': 'Fails after {length} steps; no run is shorter.',
  'check.failed.ends': 'Fails in a run of {length} steps, after which nothing changes any more.',
  'check.failed.settle':
    'Not reached within {within} steps after the faults had stopped, in the run of seed {seed}: {calmFrom} steps with faults, which were cut down, and those that followed.',
  'check.failed.loop':
    'Never reached: steps {from} to {length} repeat for ever, and nothing that is always possible and would change anything is left out.',
  'check.failed.simulate': 'Fails in the run of seed {seed}, cut down to {length} steps.',
  'check.failed.unreachable': 'No run reaches it: {states} states, every interleaving.',
  'check.inconclusive.states': 'Undecided: stopped at the bound of {statesMax} states.',
  'check.inconclusive.steps': 'Undecided: stopped at the bound of {stepsMax} steps.',
  'check.inconclusive.loop':
    'Undecided: there are loops, and a bound was reached before it was clear whether a run may stay in one for ever.',
  'check.inconclusive.witness': 'Undecided: no random run reached it.',
  'check.error': 'The answer could not be run to an end.',
  'check.author': 'Not decided: the exercise itself is at fault.',
  'check.not-run': 'Not decided: another check failed first.',

  'verdict.passed': 'Passed',
  'verdict.failed': 'Failed',
  'verdict.inconclusive': 'Undecided',
  'verdict.error': 'Could not be run',
  'verdict.not-run': 'Not run',

  'handler-threw': '{handler} at {node} threw {message}',
  'async-handler':
    '{handler} returned a promise. A handler runs to its end in one step: what it does after an await would never be seen. Remove `async` and `await`.',
  'endless-loop':
    'The code at line {line} has turned {limit} times in one step and would go on. A handler has to come to an end, and a process to an `await`.',
  'endless-recursion':
    '{handler} calls itself without end: the call stack is full. Give the recursion a case that stops.',
  'state-not-object':
    'The state has to be an object or a list, but {handler} gave {kind}. Return an object such as `{ promised: 0 }`.',
  'not-plain':
    'The {what} holds something that is not plain data ({kind}). Use objects, lists, numbers, text, true, false and null.',
  'too-large':
    'The {what} is larger than {limit} characters. A state of this size would fill the memory; keep only what the protocol needs.',
  'unknown-node': 'There is no node {to}. The nodes are {nodes}.',
  'unknown-role': 'No node plays the role {role}. The roles are {roles}.',
  'unknown-message': 'A node of the role {role} does not send {type}. It may send {types}.',
  'wrong-fields': 'The message {type} has a wrong field `{field}`: {expected}.',
  'observe-missing':
    'The node has no `observe`, which shows the exercise what it is to look at. Put it back beside `init` and `on`.',
  'wrong-observe': '`observe` gives a wrong field `{field}`: {expected}.',
  'expected-number': 'it has to be a finite number',
  'expected-string': 'it has to be text',
  'expected-boolean': 'it has to be true or false',
  'expected-list': 'it has to be a list',
  'expected-object': 'it has to be an object',
  'expected-choice': 'it has to be one of {choices}',
  'reply-to-nobody': '`ctx.reply` answers a message, and {handler} handles none. Use `ctx.send`.',
  'timer-without-time':
    'A timer in a system with clocks needs a time: `setTimer({name}, milliseconds)`, a whole number that is not negative; this is {given}.',
  'no-clock': 'There is no clock to read here: how long anything takes is not known.',
  'bad-time':
    'Times are whole milliseconds, not negative but for jumps of clocks, and messages need at least one latency; this is {given}.',
  'too-many-durations':
    '{count} messages and timers of one step may take their time in more than {limit} ways. Give fewer times to choose from.',
  'unlimited-with-clocks':
    'In a system with clocks a message arrives at its time: it can’t arrive again at any time, without limit. Limit the duplicates.',
  'duplicates-in-streams':
    'Messages that keep their order do not come twice: a system with streams has no duplicates.',
  'unknown-timer': 'There is no handler for a timer {name}. Declare it under `timers`; there are: {timers}.',
  'context-used-late':
    '`ctx.{call}` was called after its handler had returned. Call it while the handler runs.',
  'not-deterministic':
    '{handler} at {node} did something else when it was called again with the same state and message. A handler may depend on nothing but its arguments: move what it remembers into `state`, and use no clock and no random numbers.',
  'not-deterministic-run':
    'The run that was found went another way when it was repeated. Some handler depends on more than its arguments: move what it remembers into `state`, and use no clock and no random numbers.',
  'console.cut': 'More was written in this step than is kept, at line {line} first.',
  'unknown-exercise': 'There is no exercise {exercise}.',
  'unknown-configuration': '{exercise} is not tried in a configuration {configuration}.',
  'duplicate-node': 'Two nodes have the same name.',
  'undeclared-role': 'The node {node} plays the role {role}, about which the system says nothing.',
  'diverged-loop':
    'The run can’t be replayed: its steps from {from} on no longer lead back to where they begin. The code or the model has changed since it was recorded.',
  diverged:
    'The run can’t be replayed: step {step} ({action} {about} at {node}) can’t happen there any more. The code or the model has changed since it was recorded.',
}
