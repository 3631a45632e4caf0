/** The words of the home page in English, and of what it shows running. */
export const home = {
  'home.title': 'Distributed systems, run to the end',
  'home.lede':
    'Read a protocol, run it, break it, and build it, all in this page. When the text says that no two values are ever chosen, an engine has tried every order of events; when your code is wrong, it shows you the shortest run in which it goes wrong.',
  'home.begin': 'Start here',
  'home.begin.place': '{chapter} › {page}',
  'home.chapters': 'The course',
  'home.sum':
    '{pages} pages and {exercises} exercises, in an order that builds up. Each chapter can also be read by itself.',
  'home.exercises-of': 'Exercises of “{chapter}”',
  'home.kind.build': 'build',
  'home.kind.break': 'break',
  'home.seal': 'Done',
  'home.offline': 'here without a network',
  'home.teachers': 'In a class',
  'home.teachers.text':
    'Nothing has to be installed and nobody needs an account: a student opens a page, and the same checker that grades in the browser runs on the command line, with a report as JSON. A learner’s work stays in her browser; she hands it in as a file, or as the link to a run.',
  'home.teachers.exercises': 'All {count} exercises, with what each asks',
  'map.said': '{read} of {pages} pages read',
  'map.said.exercises': '{passed} of {exercises} exercises passed',
  'left.label': 'Left on this page:',
  'left.questions': 'unanswered questions:',
  'left.exercise': 'exercise “{title}”',

  'exercises.title': 'Exercises',
  'exercises.description':
    'All exercises of the course: what each asks, the page that it belongs to, and how far you are.',
  'exercises.lede':
    'In {build} you write the code and the checker tries every interleaving against it; in {break} you are the network and make something go wrong.',

  'home.read.title': 'Read',
  'home.read.text': 'Six chapters. Every figure is the real protocol, and yours to drive.',
  'home.break.title': 'Break',
  'home.break.text': 'Deliver, drop, crash: find the schedule that the design forgot.',
  'home.build.title': 'Build',
  'home.build.text':
    'Write the protocol in TypeScript. It is checked in every interleaving, here, on your machine.',
} as const
