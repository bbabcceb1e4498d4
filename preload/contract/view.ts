/** Nouns of the core as the page sees them: types alone, so that nothing of the core reaches the page's bundle. */
export type { RefusalCode } from '../../main/core/model/refusals.ts'
export type {
  BenchStatus,
  DeviceState,
  DeviceView,
  InterfaceView,
  NoteView,
  ResolvedSettingView,
  ServiceView,
} from '../../main/core/model/view.ts'
