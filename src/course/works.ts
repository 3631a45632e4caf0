/**
 * The works that the course refers to. A reference names one by its title, as written here; `npm run check:content`
 * holds errata and the glossary to that.
 */
export interface Work {
  readonly title: string
  readonly by: string
  readonly year: number
}

export const works: readonly Work[] = [
  { title: 'Paxos Made Simple', by: 'L. Lamport', year: 2001 },
  { title: 'The Part-Time Parliament', by: 'L. Lamport', year: 1998 },
  {
    title: 'Impossibility of Distributed Consensus with One Faulty Process',
    by: 'M. J. Fischer, N. A. Lynch and M. S. Paterson',
    year: 1985,
  },
  {
    title: 'Flexible Paxos: Quorum Intersection Revisited',
    by: 'H. Howard, D. Malkhi and A. Spiegelman',
    year: 2016,
  },
  {
    title: 'In Search of an Understandable Consensus Algorithm',
    by: 'D. Ongaro and J. Ousterhout',
    year: 2014,
  },
  { title: 'Consensus: Bridging Theory and Practice', by: 'D. Ongaro', year: 2014 },
  { title: 'Consensus on Transaction Commit', by: 'J. Gray and L. Lamport', year: 2006 },
  {
    title: 'Linearizability: A Correctness Condition for Concurrent Objects',
    by: 'M. P. Herlihy and J. M. Wing',
    year: 1990,
  },
  {
    title:
      'Brewer’s Conjecture and the Feasibility of Consistent, Available, Partition-Tolerant Web Services',
    by: 'S. Gilbert and N. Lynch',
    year: 2002,
  },
  { title: 'Towards Robust Distributed Systems', by: 'E. Brewer', year: 2000 },
  { title: 'CAP Twelve Years Later', by: 'E. Brewer', year: 2012 },
  { title: 'A Critique of the CAP Theorem', by: 'M. Kleppmann', year: 2015 },
  {
    title: 'Sharing Memory Robustly in Message-Passing Systems',
    by: 'H. Attiya, A. Bar-Noy and D. Dolev',
    year: 1995,
  },
  {
    title: 'Consistency Tradeoffs in Modern Distributed Database System Design',
    by: 'D. J. Abadi',
    year: 2012,
  },
  {
    title: 'Principles of Transaction-Oriented Database Recovery',
    by: 'T. Haerder and A. Reuter',
    year: 1983,
  },
  { title: 'The Serializability of Concurrent Database Updates', by: 'C. H. Papadimitriou', year: 1979 },
  { title: 'Spanner: Google’s Globally-Distributed Database', by: 'J. C. Corbett and others', year: 2012 },
  { title: 'Spanner, TrueTime and the CAP Theorem', by: 'E. Brewer', year: 2017 },
  { title: 'etcd Documentation', by: 'The etcd authors, version 3.5', year: 2021 },
  { title: 'Cassandra Documentation', by: 'The Apache Software Foundation, version 4.1', year: 2022 },
  { title: 'MongoDB Manual', by: 'MongoDB, version 7.0', year: 2023 },
  { title: 'BASE: An ACID Alternative', by: 'D. Pritchett', year: 2008 },
  {
    title: 'Cluster-Based Scalable Network Services',
    by: 'A. Fox, S. D. Gribble, Y. Chawathe, E. A. Brewer and P. Gauthier',
    year: 1997,
  },
  { title: 'Harvest, Yield, and Scalable Tolerant Systems', by: 'A. Fox and E. A. Brewer', year: 1999 },
  {
    title: 'Site Reliability Engineering',
    by: 'B. Beyer, C. Jones, J. Petoff and N. R. Murphy, editors',
    year: 2016,
  },
  { title: 'Release It!', by: 'M. T. Nygard', year: 2007 },
  { title: 'The Design Philosophy of the DARPA Internet Protocols', by: 'D. D. Clark', year: 1988 },
  {
    title: 'Session Guarantees for Weakly Consistent Replicated Data',
    by: 'D. B. Terry, A. J. Demers, K. Petersen, M. J. Spreitzer, M. M. Theimer and B. B. Welch',
    year: 1994,
  },
  {
    title: 'Probabilistically Bounded Staleness for Practical Partial Quorums',
    by: 'P. Bailis, S. Venkataraman, M. J. Franklin, J. M. Hellerstein and I. Stoica',
    year: 2012,
  },
  { title: 'Eventually Consistent', by: 'W. Vogels', year: 2009 },
  {
    title: 'Conflict-Free Replicated Data Types',
    by: 'M. Shapiro, N. Preguiça, C. Baquero and M. Zawirski',
    year: 2011,
  },
  {
    title: 'Dynamo: Amazon’s Highly Available Key-value Store',
    by: 'G. DeCandia and others',
    year: 2007,
  },
  { title: 'How to Do Distributed Locking', by: 'M. Kleppmann', year: 2016 },
  { title: 'Is Redlock Safe?', by: 'S. Sanfilippo', year: 2016 },
  { title: 'Distributed Locks with Redis', by: 'Redis documentation', year: 2014 },
  { title: 'Redis Documentation', by: 'Redis', year: 2022 },
  {
    title: 'PostgreSQL Documentation',
    by: 'The PostgreSQL Global Development Group, version 15',
    year: 2022,
  },
  { title: 'ZooKeeper Documentation', by: 'The Apache Software Foundation, version 3.8', year: 2022 },
  {
    title: 'ZooKeeper: Wait-free Coordination for Internet-scale Systems',
    by: 'P. Hunt, M. Konar, F. P. Junqueira and B. Reed',
    year: 2010,
  },
  {
    title: 'The Chubby Lock Service for Loosely-Coupled Distributed Systems',
    by: 'M. Burrows',
    year: 2006,
  },
  {
    title: 'Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency',
    by: 'C. G. Gray and D. R. Cheriton',
    year: 1989,
  },
  {
    title: 'Concurrency Control and Recovery in Database Systems',
    by: 'P. A. Bernstein, V. Hadzilacos and N. Goodman',
    year: 1987,
  },
  {
    title: 'Transaction Management in the R* Distributed Database Management System',
    by: 'C. Mohan, B. Lindsay and R. Obermarck',
    year: 1986,
  },
  { title: 'Nonblocking Commit Protocols', by: 'D. Skeen', year: 1981 },
  {
    title: 'Principles of Transaction-Oriented Database Recovery',
    by: 'T. Haerder and A. Reuter',
    year: 1983,
  },
  { title: 'Sagas', by: 'H. Garcia-Molina and K. Salem', year: 1987 },
  { title: 'Kafka Documentation', by: 'The Apache Software Foundation', year: 2022 },
  { title: 'Defining Liveness', by: 'B. Alpern and F. B. Schneider', year: 1985 },
  { title: 'Proving the Correctness of Multiprocess Programs', by: 'L. Lamport', year: 1977 },
]

/** The work that a reference such as `Paxos Made Simple, section 2.2` begins with, and what follows its title. */
export function workOf(reference: string): { readonly work: Work; readonly place: string } | undefined {
  const work = works.find(({ title }) => reference === title || reference.startsWith(`${title}, `))
  return work && { work, place: reference.slice(work.title.length + 2) }
}
