import { type Decision, silence } from '../model/decision.ts'
import type { World } from '../model/world.ts'
import { type SipAsking, tagOf } from './asking.ts'
import { answerSubscribe } from './pnp.ts'
import { answerRegister } from './registrar.ts'
import { respond } from './respond.ts'
import type { SipAnswer } from './send.ts'

const NOTHING: SipAnswer = { responses: [], requests: [] }

/** One request of a phone → what it is told. Calls are not made on a bench: what has no rule here is refused by name, an ACK never answered. */
export function answerSip(asking: SipAsking, world: World, now: number): Decision<SipAnswer> {
  switch (asking.request.method) {
    case 'SUBSCRIBE':
      return answerSubscribe(asking, world, now)
    case 'REGISTER':
      return answerRegister(asking, world, now)
    case 'OPTIONS':
      return silence(told(asking, 200))
    case 'ACK':
    case 'CANCEL':
      return silence(NOTHING)
    case 'NOTIFY':
    case 'PUBLISH':
    case 'MESSAGE':
      // A phone that tells its state must not repeat it for ever.
      return silence(told(asking, 489))
    case 'INVITE':
      return silence(told(asking, 480))
    default:
      return silence(told(asking, 501))
  }
}

function told({ fresh, from, request }: SipAsking, status: number): SipAnswer {
  return { responses: [respond(request, from, status, tagOf(fresh))], requests: [] }
}
