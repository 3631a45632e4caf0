/** Words in English for what stands in a chapter: claims, errata, runs, questions and the way to an exercise. */
export const course = {
  'check.holds':
    'Every interleaving of {proposers} proposers and {acceptors} acceptors, {faults}: {states} states.',
  'check.fails': 'A run exists: {proposers} proposers, {acceptors} acceptors, {faults}, {steps} steps.',
  'check.reached': 'A run reaches it: {steps} steps.',
  'check.once': 'each message at most once',
  'check.repeated': 'messages late, lost or repeated',
  'check.crashes': 'messages late, lost or repeated, acceptors crashing',
  'check.replay': 'Replay',
  'check.run': 'See the run',

  'erratum.silent': 'The note leaves out',

  'predict.label': 'Predict',
  'predict.check': 'Check',
  'predict.right': 'Yes.',
  'predict.wrong': 'No.',
  'predict.answer': 'The engine’s answer',

  'exercise.open': 'Open the exercise',
  'exercise.build': 'Exercise · build',
} as const
