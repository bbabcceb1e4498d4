import { useBench } from '../../../app/bench-context.ts'
import type { LayerRef } from '../../../app/route.ts'
import { menuName, settings as words } from '../../../words/settings.ts'
import type { Menu } from '../shapes.ts'
import { useEditor } from '../editor-context.ts'
import { isSameLayer } from '../drafts.ts'
import classes from './menu-list.module.css'

/** The menus, like the phone's own, each with how much is set here. */
export function MenuList({ current, layer, menus }: { layer: LayerRef; menus: readonly Menu[]; current: string | null }) {
  const { editor, ui } = useBench()
  const edits = useEditor((state) => state.edits)
  return (
    <nav className={classes.menus} aria-label={words.menus}>
      <h2 className={classes.title}>{words.menus}</h2>
      {menus.map(({ fields, id }) => {
        const own = fields.filter((field) => field.setHere.length > 0 || field.lockedHere).length
        const hasDraft = edits.some((edit) => isSameLayer(edit.layer, layer) && fields.some((field) => field.key === edit.key))
        return (
          <button
            key={id}
            type="button"
            className={classes.menu}
            aria-current={id === current ? 'page' : undefined}
            onClick={() => {
              editor.getState().find('')
              ui.getState().go({ page: 'settings', layer, menu: id })
            }}
          >
            <span className={classes.name}>{menuName(id)}</span>
            {hasDraft && <span className={classes.draft}>{words.unsaved}</span>}
            {own > 0 && !hasDraft && <span className={classes.count}>{words.setHere(own)}</span>}
          </button>
        )
      })}
    </nav>
  )
}
