import { Worker } from 'node:worker_threads'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { PackTexts } from '../core/pack/sources.ts'
import { threadCode } from '../threads/thread-code.ts'

/** What a trial works on: the packs of a zip (or of a folder), and the texts of those that are active and would stay beside them. */
export type TrialTask = { candidates: readonly { folder: string; texts: PackTexts }[]; beside: readonly PackTexts[] }
export type Tried = {
  pack: string
  version: number
  models: string[]
  rendered: number
  identified: number
  goldens: number
  warnings: string[]
}
export type TrialReport = { ok: true; tried: Tried[] } | { ok: false; refusal: Refusal }

export type TrialLimits = { timeoutMs: number; heapMb: number }
export const TRIAL_LIMITS: TrialLimits = { timeoutMs: 60_000, heapMb: 768 }

/**
 * Tries packs whole before anything of them is used: schema, templates, samples, recognition beside the others. In a thread of its own with a bound on time
 * and memory: templates have bounds of their own, and what gets past those (a pattern, a document) must not stop the phones that are being served.
 */
export async function tryPacks(task: TrialTask, limits: TrialLimits = TRIAL_LIMITS): Promise<Result<Tried[]>> {
  const { code, isText } = await threadCode(new URL('./trial-worker.ts', import.meta.url), 'pack-trial')
  const worker = new Worker(code, {
    eval: isText,
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
    // Nothing of this process belongs to a stranger's pack.
    env: {},
    stdout: true,
    stderr: true,
  })
  const name = task.candidates.map((one) => one.folder).join(', ')
  const no = (why: string): Result<Tried[]> => refuse(refusal('PACK_INVALID', { pack: name, why }))
  try {
    return await new Promise<Result<Tried[]>>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(no(`its trial did not end within ${limits.timeoutMs / 1000} s`))
        void worker.terminate()
      }, limits.timeoutMs)
      worker.once('message', (report: TrialReport) => {
        clearTimeout(timer)
        resolve(report.ok ? ok(report.tried) : refuse(report.refusal))
      })
      worker.once('error', (fault) => {
        clearTimeout(timer)
        const isMemory = 'code' in fault && fault.code === 'ERR_WORKER_OUT_OF_MEMORY'
        if (isMemory) resolve(no(`its trial needs more than ${limits.heapMb} MB of memory`))
        else reject(fault)
      })
    })
  } finally {
    await ended(worker)
  }
}

/** How long a thread that has reported may take to end by itself. */
const GRACE_MS = 2000

/** V8 may fall over when a thread is ended while it still compiles ("Check failed: jit_page.has_value()"): one that has said all is left to end by itself. */
async function ended(worker: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), GRACE_MS)
  })
  const gone = new Promise<'gone'>((resolve) => worker.once('exit', () => resolve('gone')))
  if (worker.threadId !== -1 && (await Promise.race([gone, late])) === 'late') await worker.terminate()
  clearTimeout(timer)
}
