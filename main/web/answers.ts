/** A "no" of the door itself, in the shape every call's error has. */
export type DoorError = { status: 400 | 401 | 403 | 404 | 413 | 429 | 503; code: string; message: string; data: { hint: string } }

export const UNAUTHORIZED: DoorError = {
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'No valid key came with the request',
  data: { hint: 'Send "Authorization: Bearer KEY", or sign in at the page. The bench prints its key when it starts.' },
}

export const NOT_FOUND: DoorError = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing at this address',
  data: { hint: 'The pages are at /, the calls are listed at /api/openapi.json.' },
}

export const FAULT: DoorError = {
  status: 503,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something broke inside the bench',
  data: { hint: 'Try again; its log says more.' },
}

export function badRequest(message: string, hint: string): DoorError {
  return { status: 400, code: 'BAD_REQUEST', message, data: { hint } }
}

export function forbidden(message: string, hint: string): DoorError {
  return { status: 403, code: 'FORBIDDEN', message, data: { hint } }
}
