/** @module libcni/testing */
export type { FakeAnswer, FakeFailure, FakePlugin, FakeReply } from './fake-answer.js';
export { FakePlugins, type FakePluginsOptions } from './fake-plugins.js';
export type { PluginCall } from './plugin-call.js';
export { type RecordPluginsOptions, recordPlugins } from './record-plugins.js';
export type { RecordedOutcome, Recording } from './recording.js';
export { type ReplayedPlugins, replayPlugins } from './replay-plugins.js';
