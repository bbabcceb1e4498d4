import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ROLES } from '../../main/core/model/account.ts'
import { instantSchema, macSchema } from '../../main/core/model/view.ts'

const empty = z.strictObject({}).default({})
const name = z.string().min(1).max(64)
const roleSchema = z.enum(ROLES)
/** Nothing longer is worth a hash. */
const password = z.string().max(1024)

/** The second person, who signs a window longer than a shift beside the first; asked of pages, not of scripts. */
export const confirmSchema = z.strictObject({ name: z.string().max(64), password }).optional()

export const accountSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  role: roleSchema,
  groups: z.array(z.string()).describe('business groups of an administrator'),
  device: macSchema.nullable().describe('phone of an end user'),
  hasPassword: z.boolean(),
  mustChange: z.boolean().describe('somebody else made the password'),
  disabled: z.boolean(),
  sessions: z.number().int().describe('browsers signed in now'),
  createdAt: instantSchema,
  passwordAt: instantSchema.nullable(),
  lastSignInAt: instantSchema.nullable(),
})
export type AccountShape = z.infer<typeof accountSchema>

const meSchema = z.object({
  by: z.enum(['key', 'owner', 'os', 'person']).describe('owner = a page that was signed in with the key'),
  account: z.string().nullable(),
  displayName: z.string(),
  role: roleSchema,
  groups: z.array(z.string()),
  device: macSchema.nullable(),
  mustChange: z.boolean(),
  may: z.array(z.string()).describe('calls of this role, as group.name'),
  seconds: z.number().int().describe('other people here who could confirm a long window'),
  hasAccounts: z.boolean().describe('anybody has an account here'),
})
export type Me = z.infer<typeof meSchema>

/** People who sign in, and what they may. */
export const people = {
  me: oc.route({ method: 'POST', path: '/people.me', summary: 'Who calls, and what that role may' }).input(empty).output(meSchema),
  list: oc
    .route({ method: 'POST', path: '/people.list', summary: 'Accounts; no password and no hash is ever shown' })
    .input(empty)
    .output(z.object({ people: z.array(accountSchema) })),
  add: oc
    .route({ method: 'POST', path: '/people.add', summary: 'Make an account; without a password one is made up and told once' })
    .input(
      z.strictObject({
        name,
        displayName: z.string().max(200).optional(),
        role: roleSchema,
        groups: z.array(z.string()).max(1000).optional(),
        device: z.string().max(40).optional(),
        password: password.optional(),
      }),
    )
    .output(z.object({ account: accountSchema, password: z.string().nullable().describe('the one made up; null where it was given') })),
  update: oc
    .route({ method: 'POST', path: '/people.update', summary: 'Change name, role, what belongs to it, or disable; what is left out stays' })
    .input(
      z.strictObject({
        name,
        displayName: z.string().max(200).optional(),
        role: roleSchema.optional(),
        groups: z.array(z.string()).max(1000).optional(),
        device: z.string().max(40).nullable().optional(),
        disabled: z.boolean().optional(),
      }),
    )
    .output(accountSchema),
  remove: oc
    .route({ method: 'POST', path: '/people.remove', summary: 'Take an account away; the last provisioning engineer stays' })
    .input(z.strictObject({ name }))
    .output(z.object({})),
  resetPassword: oc
    .route({ method: 'POST', path: '/people.resetPassword', summary: 'A new password for somebody; ends all sessions of that person' })
    .input(z.strictObject({ name, password: password.optional() }))
    .output(z.object({ password: z.string().nullable().describe('the one made up; null where it was given') })),
  changePassword: oc
    .route({ method: 'POST', path: '/people.changePassword', summary: 'The own password; ends all other sessions' })
    .input(z.strictObject({ current: password, password }))
    .output(z.object({})),
  signOutElsewhere: oc
    .route({ method: 'POST', path: '/people.signOutElsewhere', summary: 'End all other sessions of the caller' })
    .input(empty)
    .output(z.object({ ended: z.number().int() })),
}
