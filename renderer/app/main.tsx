import '@mantine/core/styles.css'
import '../style/tokens.css'
import '../style/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBoardStore } from '../client/board-store.ts'
import { chooseDoor } from '../client/connect.ts'
import { createConnection } from '../client/follow.ts'
import { takeKeyFromAddress } from '../client/session.ts'
import { createEditor } from '../pages/settings/editor-store.ts'
import { App } from './app.tsx'
import { createClock } from './clock.ts'
import { followAddress } from './follow-address.ts'
import { createMe } from './me-store.ts'
import { createUi } from './ui-store.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

const key = takeKeyFromAddress(window.location, window.history)
const board = createBoardStore()
const ui = createUi()
followAddress(ui, window)
const connection = createConnection(chooseDoor(), board)

createRoot(root).render(
  <StrictMode>
    <App
      bench={{ board, client: connection.client, clock: createClock(board), ui, editor: createEditor(), me: createMe() }}
      connection={connection}
      givenKey={key}
    />
  </StrictMode>,
)
