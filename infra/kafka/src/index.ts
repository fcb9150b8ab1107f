export * from './apply-topics.ts'
