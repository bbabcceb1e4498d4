import process from 'node:process'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'

/** Reads every endpoint pack as the bench does. What its samples must yield is tested in test/packs. */
const { packs, problems } = await loadPacks([bundledPacksFolder()])
for (const { message, pack } of problems) process.stdout.write(`${pack}: ${message}\n`)
const models = packs.reduce((sum, pack) => sum + Object.keys(pack.models).length, 0)
process.stdout.write(`${packs.length} packs, ${models} models, ${problems.length} problems\n`)
process.exitCode = problems.length === 0 && packs.length > 0 ? 0 : 1
