/** Words in English for the glossary and for the links that lead there. */
export const glossary = {
  'glossary.title': 'Glossary',
  'glossary.question': 'What does each word mean here?',
  'glossary.description':
    'The words of the course on distributed systems, from ballot to verdict, each with one meaning and the place that it comes from.',
  'glossary.intro':
    'One word, one meaning, in the text, in the figures and in the code. A dotted line under a word leads here.',
  'glossary.letters': 'Letters',
  'glossary.see': 'See also',
  'glossary.more': 'What the words of the course mean:',
} as const
