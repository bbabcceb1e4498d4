/** The page of what the bench keeps: the disk, and what is carried to the central store by hand. */
export const storageWords = {
  title: 'Storage',
  lead: 'What this bench keeps, where each part ends, and the way to the central store where no network comes.',
  carry: {
    title: 'Carry to the central store',
    lead: 'Where no network comes, reports travel there as one sealed file, and receipts come back. Every step may be done twice.',
    pending: (count: number) => (count === 1 ? '1 report waits' : `${count} reports wait`),
    save: 'Save the reports',
    saved: (count: number, name: string) =>
      `${count === 1 ? '1 report' : `${count} reports`} saved as ${name}. They wait here until a receipt comes back.`,
    receipts: 'Receipts that the central store gave back',
    takeReceipts: 'Take receipts',
    took: (acknowledged: number, pending: number) => `${acknowledged} acknowledged, ${pending} still waiting`,
    enrolment: 'Once: the enrolment file that the central store made for this bench',
    takeEnrolment: 'Take enrolment',
    enrolled: (bench: string) => `Enrolled as ${bench}. Destroy the file now: it holds the key of this bench.`,
  },
  disk: {
    title: 'On the disk',
    part: 'Part',
    files: 'Files',
    size: 'Size',
    limit: 'At most',
    oldest: 'Oldest',
    rule: 'What bounds it',
    noLimit: 'no limit',
    free: (size: string) => `${size} free on this disk`,
    taken: (size: string) => `${size} of journal taken beforehand for phones that are on their way`,
    short: (why: string) => `Not accepting new phones: ${why}`,
    shortNext: 'Phones that are on their way finish. Free disk space: new ones are then taken by themselves.',
  },
  time: {
    take: 'The clock is right: take its time',
    taken: 'The time of this machine is taken.',
  },
} as const
