/** The components that a chapter may name without importing them. Everything that content/ can show is listed here. */
import Claim from './Claim.astro'
import Definition from './Definition.astro'
import Erratum from './Erratum.astro'
import Figure from './Figure.astro'
import Link from './Link.astro'
import Rule from './Rule.astro'

export const inContent = { a: Link, Claim, Definition, Erratum, Figure, Rule }
