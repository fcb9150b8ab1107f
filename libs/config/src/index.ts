export * from './kinds.ts'
export * from './read-settings.ts'
export { type Described, neededWith, optional, type Setting, type Settings, type Values } from './setting.ts'
export * from './settings-table.ts'
