/** The right answers to an exercise, as a file that is fetched when a learner asks for it. */
import type { APIRoute, GetStaticPaths } from 'astro'
import { solutionsOf } from '../../../exercise/right-answers.ts'

export const getStaticPaths = (() =>
  Object.entries(solutionsOf()).map(([exercise, solutions]) => ({
    params: { exercise },
    props: { solutions },
  }))) satisfies GetStaticPaths

export const GET: APIRoute = ({ props }) => Response.json(props['solutions'])
