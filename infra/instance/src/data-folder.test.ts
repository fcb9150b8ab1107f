import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'

test('where a killed instance could be reached is forgotten when the folder is taken again; what it knew is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'samresa-folder-'))
  try {
    const killed = openDataFolder(folder, false)
    killed.write('instance.json', { pid: 1 })
    killed.write('demo.json', { yonas: 'p-1' })
    killed.release()
    const next = openDataFolder(folder, false)
    expect([next.read('instance.json'), next.read('demo.json')]).toEqual([undefined, { yonas: 'p-1' }])
    next.release()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
