import { expect, test } from 'vitest'
import { mongoUrlFault } from './url-fault.ts'

test.each([
  'mongodb://mongo-0',
  'mongodb://127.0.0.1:27017/?replicaSet=rs0',
  'mongodb://user:p%40ss%2Fword@mongo-0,mongo-1:27018,[::1]:27019/?replicaSet=rs0&tls=true&authSource=admin',
  'mongodb://user:password@mongo-0/admin?appName=a@b',
  'mongodb+srv://user:password@no-such-name.samresa.example/',
])('what the driver takes is no fault, whether anybody answers there or not: %s', (url) => {
  expect(mongoUrlFault(url)).toBeUndefined()
})

test.each(['mongo-0:27017', 'http://canary@mongo-0', ' mongodb://canary@mongo-0', 'canary'])('another beginning is named: %s', (url) => {
  expect(mongoUrlFault(url)).toBe('must begin with mongodb:// or mongodb+srv://')
})

test.each([
  'mongodb://',
  'mongodb://user:ca@nary@mongo-0/',
  'mongodb://user:ca/nary@mongo-0/',
  'mongodb://user:ca%nary@mongo-0/',
  'mongodb://user:password@canary:port/',
  'mongodb://mongo-0:70000/',
  'mongodb://mongo-0/?canary=1',
  'mongodb://mongo-0/?compressors=canary',
  'mongodb://mongo-0,mongo-1/?directConnection=true',
  'mongodb+srv://canary.samresa.example:27017/',
])('what the driver refuses is a fault that shows nothing of it: %s', (url) => {
  expect(mongoUrlFault(url)).toMatch(/^is nothing that the driver can read: (?!.*(nary|mongo-0|70000))/)
})

test.each(['mongodb://user:pass@ca/nary@mongo-0/?replicaSet=rs0', 'mongodb://user:pass@ca/nary@mongo-0'])(
  'so is a password whose second half the driver takes for a host, and would show as one that does not answer: %s',
  (url) => {
    expect(mongoUrlFault(url)).toMatch(/^is nothing that the driver can read: (?!.*(ca|nary|mongo-0)\b)/)
  },
)
