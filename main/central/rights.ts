import { RIGHTS as BENCH_RIGHTS } from '../api/rights.ts'
import type { AccountRole } from '../core/model/account.ts'

const ENGINEER: readonly AccountRole[] = ['engineer']
const BENCH: readonly AccountRole[] = ['engineer', 'technician']

/**
 * Who may call what here; a call that both have needs the same role as on a bench. What belongs to whom is asked in the handlers, of the phones as they are
 * shown. Calls that the door admits by a code or a bench's own key need no role and stand here with none.
 */
export const CENTRAL_RIGHTS: Readonly<Record<string, readonly AccountRole[]>> = {
  'enrolment.create': ENGINEER,
  'enrolment.file': ENGINEER,
  'enrolment.redeem': [],
  'sync.push': [],
  'sync.import': BENCH,
  'devices.list': rolesOf('devices.list'),
  'devices.get': rolesOf('devices.get'),
  'devices.openWindow': rolesOf('devices.openWindow'),
  'devices.rotate': rolesOf('devices.rotate'),
  'catalogue.load': ENGINEER,
  'audit.list': rolesOf('audit.list'),
  'audit.verify': rolesOf('audit.verify'),
  status: ['engineer', 'technician', 'security'],
  'people.me': rolesOf('people.me'),
  'people.list': rolesOf('people.list'),
  'people.add': rolesOf('people.add'),
  'people.update': rolesOf('people.update'),
  'people.remove': rolesOf('people.remove'),
  'people.resetPassword': rolesOf('people.resetPassword'),
  'people.changePassword': rolesOf('people.changePassword'),
  'people.signOutElsewhere': rolesOf('people.signOutElsewhere'),
}

function rolesOf(call: string): readonly AccountRole[] {
  return BENCH_RIGHTS[call]?.roles ?? ENGINEER
}
