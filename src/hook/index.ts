export type { HookOptions, HookPlaces } from './hook-options.js';
export type { HookRequest } from './hook-settings.js';
export { installHooks } from './install-hooks.js';
export type { HookPoint, OciHook } from './oci-hook.js';
export type { OciState } from './oci-state.js';
export type { HookOutcome, IdleReason } from './outcome.js';
export {
  type NamespaceKind,
  type PinNamespacesOptions,
  type PinnedNamespaces,
  pinNamespaces,
  unpinNamespaces,
} from './pin-namespaces.js';
export { type ReapedHook, type ReapHooksOptions, reapHooks } from './reap-hooks.js';
export { type HookEvent, type RunHookOptions, runHook } from './run-hook.js';
export { type RunHooksOptions, runHooks } from './run-hooks.js';
export {
  HookServer,
  type HookServerEvents,
  type ServedHook,
  type ServeHooksOptions,
  serveHooks,
} from './serve-hooks.js';
export { type NetworkHooks, type ServedHooksOptions, servedHooks } from './served-hooks.js';
