/** What the chapter on CAP owes: the source’s pictures 5 and 6, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'cap',
  pictures: ['F5', 'F6'],
  claims: ['C25', 'C26', 'C27'],
  errata: ['E18', 'E19', 'E20', 'E21', 'E22'],
  exercises: ['cp-register', 'ap-register', 'break-ap-register'],
  predictions: 3,
  allowed: [
    {
      page: 'cap/availability',
      figure: '99.99%',
      why: 'It is the note’s example, and how four nines are written.',
    },
    {
      page: 'cap/availability',
      figure: '52.6 minutes',
      why: 'It is the sentence of claim C25, whose check holds what is reckoned to it.',
    },
  ],
}
