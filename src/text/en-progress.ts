/** The words of progress in English: what is done of the course, what is next, and what is said at a chapter's end. */
export default {
  'progress.none': 'not begun',
  'progress.read': 'read',
  'progress.begun': 'begun',
  'progress.passed': 'passed',
  'progress.failed': 'failed',
  'progress.undecided': 'undecided',
  'progress.draft': 'begun',
  'progress.earlier': 'passed in an earlier version',
  'progress.parts': '{done} of {total} parts done',
  'progress.best': 'done in {steps} steps',

  'progress.sum':
    'You have read {read} of {pages} pages, answered {answered} of {questions} questions and passed {passed} of {exercises} exercises. A page counts as read once you have seen its end.',
  'progress.sum.exercises': 'You have passed {passed} of {exercises}.',

  'resume.continue': 'Continue where you left',
  'resume.next': 'What is next',
  'resume.place': '{chapter} › {name}',
  'resume.exercise': 'Exercise: {name}',
  'resume.done': 'You have finished the course',
  'resume.done.place': 'All of its exercises',

  'after.passed': 'Passed',
  'after.exercise': 'Next on this page: “{title}”',
  'after.back': 'Back to “{page}”',
  'after.page': 'On to “{page}”',
  'after.close': 'Close',

  'end.label': 'Chapter {number} is done',
  'end.title': '{chapter}: everybody agrees',
  'end.pages': '{pages} pages read',
  'end.passed': '{exercises} exercises passed',
  'end.states': '{states} states checked in the code that passed',
  'end.best': '{steps} steps, your shortest run of “{exercise}”',
  'end.next': 'Next: {chapter}',
  'end.course': 'That was the last chapter.',
} as const
