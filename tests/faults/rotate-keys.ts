const asked = async (answer: Promise<Response>): Promise<Response> => {
  const response = await answer
  if (!response.ok) throw new Error(`Keycloak answered ${response.status}: ${await response.text()}`)
  return response
}

/** Gives the realm a new signing key that comes before the others, as an operator does; the others still count. */
export async function rotateKeys(
  { url, realm }: { url: string; realm: string },
  admin = { name: 'admin', password: 'admin' },
): Promise<void> {
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: admin.name, password: admin.password })
  const token = await asked(fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body }))
  const { access_token } = (await token.json()) as { access_token: string }
  await asked(
    fetch(`${url}/admin/realms/${realm}/components`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: `rotated-${Date.now()}`,
        providerId: 'rsa-generated',
        providerType: 'org.keycloak.keys.KeyProvider',
        config: { priority: [String(Math.floor(Date.now() / 1000))], keySize: ['2048'], algorithm: ['RS256'] },
      }),
    }),
  )
}
