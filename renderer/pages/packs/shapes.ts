import type { Client } from '../../../preload/contract/index.ts'

export type Listed = Awaited<ReturnType<Client['packs']['list']>>['packs'][number]
export type Version = Listed['versions'][number]
export type Imported = Awaited<ReturnType<Client['packs']['import']>>['imported'][number]
