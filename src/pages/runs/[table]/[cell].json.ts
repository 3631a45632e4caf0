/** The run behind each cell of a comparison, as a file that is fetched when a reader asks for it. */
import type { APIRoute, GetStaticPaths } from 'astro'
import { pack } from '../../../../engine/trace/pack.ts'
import type { CellRun } from '../../../components/compared.ts'
import { allComparisons, comparisonOf } from '../../../course/registry.ts'
import '../../../course/remembered.ts'

export const getStaticPaths = (() =>
  allComparisons.flatMap(({ id, rows, columns }) =>
    rows.flatMap((row) =>
      columns.map((column) => ({
        params: { table: id, cell: `${row.id}-${column}` },
        props: { row: row.id, column },
      })),
    ),
  )) satisfies GetStaticPaths

export const GET: APIRoute = ({ params, props }) => {
  const { row, column } = props as { row: string; column: string }
  const { record, lanes, servers, spec } = comparisonOf(params['table']!).cell(row, column)
  return Response.json({ packed: pack(record), lanes, servers, spec } satisfies CellRun)
}
