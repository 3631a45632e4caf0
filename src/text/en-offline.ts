/** The words about reading without a network, and about new versions of the course. */
export const offline = {
  'offline.title': 'Without a network',
  'offline.question': 'What of the course is on this device?',
  'offline.description':
    'Which chapters of the course can be read, run and graded on this device without a network.',
  'offline.about':
    'A chapter that you have visited is kept on this device, in this browser, a moment after you have opened it: its pages, the figures, the exercises and the checker. It then opens without a network, and what you write is graded as always. Where the browser is asked to save data, nothing is kept unless you say so here.',
  'offline.unable': 'This browser keeps nothing here: the course needs the network.',
  'offline.here': 'is here',
  'offline.not-here': 'not here',
  'offline.keeping': '{done} of {total} files',
  'offline.failed': 'It could not all be fetched. What has come is kept; try again when there is a network.',
  'offline.keep': 'Keep',
  'offline.forget': 'Remove',
  'offline.size': '{megabytes} MB',
  'offline.sizes':
    'The sizes are what is loaded where nothing is here yet. The greatest part of each is the editor and the compiler, which all chapters share: a second chapter brings a fraction of it.',
  'offline.missing': 'There is no network just now, and the page that you asked for is not on this device.',
  'version.new': 'A new version of the course is there. Nothing changes until you reload.',
  'version.reload': 'Reload now',
  'version.later': 'Later',
} as const
