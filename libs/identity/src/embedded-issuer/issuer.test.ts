import { startDemoInstance } from '../testing/demo-instance.ts'
import { testIssuer } from '../testing/issuer.contract.ts'

testIssuer('the embedded issuer', async () => {
  const instance = await startDemoInstance()
  return { ...instance, shortToken: () => instance.tokenOf('frida', 2 / 60) }
})
