/** The components that a chapter may name without importing them. Everything that content/ can show is listed here. */
import Anchor from './Anchor.astro'
import Beside from './Beside.astro'
import Carts from './Carts.astro'
import Cell from './Cell.astro'
import Checked from './Checked.astro'
import Claim from './Claim.astro'
import Comparison from './Comparison.astro'
import Count from './Count.astro'
import Definition from './Definition.astro'
import Erratum from './Erratum.astro'
import Exercise from './Exercise.astro'
import Figure from './Figure.astro'
import H2 from './H2.astro'
import H3 from './H3.astro'
import Lag from './Lag.astro'
import Link from './Link.astro'
import Nines from './Nines.astro'
import Plot from './Plot.astro'
import Predict from './Predict.astro'
import Production from './Production.astro'
import Remedies from './Remedies.astro'
import Remedy from './Remedy.astro'
import Rule from './Rule.astro'
import Shop from './Shop.astro'
import Strategies from './Strategies.astro'
import Term from './Term.astro'
import Widget from './Widget.astro'

export const inContent = {
  a: Link,
  h2: H2,
  h3: H3,
  Anchor,
  Beside,
  Carts,
  Cell,
  Checked,
  Claim,
  Comparison,
  Count,
  Definition,
  Erratum,
  Exercise,
  Figure,
  Lag,
  Nines,
  Plot,
  Predict,
  Production,
  Remedies,
  Remedy,
  Rule,
  Shop,
  Strategies,
  Term,
  Widget,
}
