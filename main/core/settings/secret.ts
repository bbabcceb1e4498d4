/** What people see where a secret stands. */
export const MASK = '••••••••'
