/** What only the desktop can do. Tiny on purpose: everything else goes through the contract. The browser answers with its own means. */
export type Native = {
  /** `linux`, `darwin`, `win32`, or `browser`. */
  readonly platform: string
  /** Asks the person for a folder of the bench's machine; null = thought better of it, or a browser, which knows no folders there. */
  chooseFolder(): Promise<string | null>
  /** Offers a text (report, label list) as a file; false = thought better of it. */
  saveFile(name: string, text: string): Promise<boolean>
}

/** `window.option66` in the desktop app: a pipe for the contract's messages, and the native group. Nothing of the app. */
export type Bridge = {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  readonly native: Native
}

/** Names of the IPC channels; both ends read them here. */
export const CHANNELS = {
  /** A page has loaded: whatever the last one had open is over. */
  hello: 'option66:hello',
  toBench: 'option66:to-bench',
  toPage: 'option66:to-page',
  chooseFolder: 'option66:choose-folder',
  saveFile: 'option66:save-file',
} as const
