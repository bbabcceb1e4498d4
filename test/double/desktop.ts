import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { app } from './app.ts'
import { journal } from './journal.ts'
import { NotOffered, onlyKnown, strict } from './strict.ts'

/** The desktop's other parts: recorded, never shown. */

const unanswered = (method: string) => () => Promise.reject(new Error(`double: dialog.${method} was called and the test gave no answer`))

/** Tests answer by replacing a method; only the error box needs no answer. */
export const dialog = strict('dialog', {
  showOpenDialog: unanswered('showOpenDialog'),
  showSaveDialog: unanswered('showSaveDialog'),
  showMessageBox: unanswered('showMessageBox'),
  showErrorBox: (title: string, content: string) => {
    journal.push({ errorBox: { title, content } })
    process.stderr.write(`[error box] ${title}: ${content}\n`)
  },
})

type ItemOptions = { role?: string; label?: string; type?: string; submenu?: ItemOptions[] }
const ROLES = ['appMenu', 'editMenu', 'windowMenu', 'quit', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen', 'close', 'minimize']

/** A menu as data; its looks and shortcuts are the real thing's. */
class MenuDouble {
  readonly items: readonly ItemOptions[]
  constructor(items: readonly ItemOptions[]) {
    for (const item of items) {
      onlyKnown('menu item option', item, ['role', 'label', 'type', 'submenu'])
      if (item.role !== undefined && !ROLES.includes(item.role)) throw new NotOffered(`menu role ${item.role}`)
      if (item.submenu !== undefined) new MenuDouble(item.submenu)
    }
    this.items = items
  }
}
let applicationMenu: MenuDouble | null = null
export const Menu = strict('Menu', {
  buildFromTemplate: (items: ItemOptions[]) => new MenuDouble(items),
  setApplicationMenu(menu: MenuDouble | null) {
    applicationMenu = menu
  },
  getApplicationMenu: () => applicationMenu,
})

/** The keychain is a file named by DOUBLE_KEYCHAIN; without it there is none, as on a Linux machine without a secret service. */
export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(keychain() !== null),
  getSelectedStorageBackend: () => (!app.isReady() ? 'unknown' : keychain() === null ? 'basic_text' : 'gnome_libsecret'),
  encryptStringAsync: async (text: string): Promise<Buffer> => {
    const key = keychain()
    if (key === null) throw new Error('Encryption is not available')
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  },
  decryptStringAsync: async (sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> => {
    const key = keychain()
    if (key === null) throw new Error('Encryption is not available')
    const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    cipher.setAuthTag(sealed.subarray(-16))
    return { result: Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]).toString('utf8'), shouldReEncrypt: false }
  },
})

function keychain(): Buffer | null {
  const file = process.env.DOUBLE_KEYCHAIN
  if (file === undefined) return null
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 })
  return readFileSync(file)
}
