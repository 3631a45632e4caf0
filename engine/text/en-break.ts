/** Words for exercises in which the learner is the network: what can’t be done, how a run stands, and what is wrong with its file. */
import type { Dictionary } from './words.ts'

export const breaking: Dictionary = {
  'break.never': 'Step {step} ({action}) is nothing that can be done in this exercise.',
  'break.spent': 'Step {step} ({action}) is one too many: in one run it can be done {limit} times.',
  'break.impossible': 'Step {step} ({action} {about} at {node}) can’t happen at this point of the run.',
  'break.property': 'The exercise names a property {property}, and its system has none of that name.',

  'run-file.json': 'This can’t be read as JSON: {message}',
  'run-file.object': 'At `{path}` there has to be an object.',
  'run-file.list': 'At `{path}` there has to be a list.',
  'run-file.text': 'At `{path}` there has to be text.',
  'run-file.number': 'At `{path}` there has to be a whole number.',
  'run-file.whole-number': 'At `{path}` there has to be a whole number, 0 or more.',
  'run-file.true': 'At `{path}` there has to be `true`, or nothing.',
  'run-file.missing': 'At `{path}` there has to be something, `null` at least.',
  'run-file.kind': 'At `{path}` there has to be what happens in the step, one of {kinds}.',
  'run-file.version': 'The run is written in version {given} of the format; this reads version {version}.',
  'run-file.subject': 'The run belongs to {given}, not to the exercise {exercise}.',
  'run-file.configuration':
    'The run was not driven by hand: at `configuration` there has to be {configuration}.',
  'run-file.part':
    'At `configuration` there has to be which part of the exercise the run is of, one of {parts}.',
  'run-file.other-part': 'The run is of another part: this one is {configuration}.',

  'run-report.part': '{title}: {part}',
  'run-report.passed': 'Done, in {steps} steps.',
  'run-report.failed': 'Not done yet: {steps} steps so far.',
  'run-report.lost': 'Lost at step {step}: it can’t be done any more.',
  'run-report.error': 'The run can’t be taken to its end: {steps} of {given} steps were.',
  'run-report.unread': 'The run can’t be read.',
  'run-report.shortest': 'No run is shorter.',
  'run-report.shortest-known': 'No shorter run is known.',
  'run-report.longer': 'The shortest run has {shortest} steps.',
  'run-report.longer-known': 'The shortest run that is known has {shortest} steps.',
  'run-report.progress': 'looking for the shortest run: {states} states',

  'usage.run-option': '{option} is for answers in code. The exercise {exercise} takes a run.',
}
