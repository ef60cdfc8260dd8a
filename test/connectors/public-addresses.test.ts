import assert from 'node:assert/strict'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { describe, test } from 'node:test'
import { pooledHttp } from '../../connectors/http.ts'
import { type PublicAddressOptions, publicAddresses } from '../../connectors/public-addresses.ts'
import { scriptedPlatform } from './scripted-platform.ts'

const strict = { allowHttp: false, allowNetworks: [] }
const local = { allowHttp: true, allowNetworks: ['127.0.0.0/8', '::1/128'] }

/** Names that point where the test says. */
const pointing = (...addresses: readonly string[]): NonNullable<PublicAddressOptions['names']> => {
  const answer = (
    _name: string,
    _options: LookupOptions,
    callback: (error: null, all: LookupAddress[]) => void,
  ) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  // Of the system's overloads only the one that is used here.
  return answer as unknown as NonNullable<PublicAddressOptions['names']>
}

const lookedUp = (addresses: readonly string[], allowNetworks: readonly string[] = []) =>
  new Promise<unknown>((resolve) => {
    const names = pointing(...addresses)
    const { lookup } = publicAddresses({ ...strict, allowNetworks, names })
    lookup('client.example', { all: true }, (error, found) => resolve(error?.code ?? found))
  })

describe('the address of an endpoint', () => {
  const refused: readonly [string, RegExp][] = [
    ['not a url', /no URL/],
    ['http://client.example/', /only https:/],
    ['ftp://client.example/', /only https:/],
    ['https://user:pass@client.example/', /user or a password/],
    ['https://client.example/#part', /fragment/],
    ['https://localhost/', /no public address/],
    ['https://hub.localhost/', /no public address/],
    ['https://127.0.0.1/', /no public address/],
    ['https://127.1/', /no public address/],
    ['https://0x7f000001/', /no public address/],
    ['https://2130706433/', /no public address/],
    ['https://10.0.0.8/', /no public address/],
    ['https://172.16.3.4:8443/', /no public address/],
    ['https://192.168.1.1/', /no public address/],
    ['https://169.254.169.254/latest/meta-data', /no public address/],
    ['https://100.64.0.1/', /no public address/],
    ['https://0.0.0.0/', /no public address/],
    ['https://[::1]/', /no public address/],
    ['https://[::]/', /no public address/],
    ['https://[fe80::1]/', /no public address/],
    ['https://[fd00::1]/', /no public address/],
    ['https://[::ffff:127.0.0.1]/', /no public address/],
    ['https://[::ffff:10.0.0.1]/', /no public address/],
    ['https://[64:ff9b::7f00:1]/', /no public address/],
    ['https://[2002:7f00:1::]/', /no public address/],
  ]
  for (const [url, why] of refused) {
    test(`is refused: ${url}`, () => {
      assert.match(publicAddresses(strict).urlFault(url) ?? '', why)
    })
  }

  for (const url of [
    'https://client.example/hooks?x=1',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
  ]) {
    test(`is good: ${url}`, () => {
      assert.equal(publicAddresses(strict).urlFault(url), undefined)
    })
  }

  test('may be our own where a setting says so, and only there', () => {
    const { urlFault } = publicAddresses(local)
    assert.equal(urlFault('http://localhost:9000/'), undefined)
    assert.equal(urlFault('http://[::1]:9000/'), undefined)
    assert.match(urlFault('http://10.0.0.8/') ?? '', /no public address/)
  })
})

describe('looking up the name of an endpoint', () => {
  test('leaves out what is not public, and fails where nothing is left', async () => {
    const outside = { address: '93.184.216.34', family: 4 }
    assert.deepEqual(await lookedUp(['127.0.0.1', '93.184.216.34', '::1']), [outside])
    assert.equal(
      await lookedUp(['127.0.0.1', 'fd00::1', '::ffff:192.168.0.1']),
      'NO_PUBLIC_ADDRESS',
    )
    const own = { address: '10.1.2.3', family: 4 }
    assert.deepEqual(await lookedUp(['10.1.2.3', '10.2.2.3'], ['10.1.0.0/16']), [own])
  })

  test('keeps a connection from being made to where a name has been turned since', async (t) => {
    const platform = await scriptedPlatform(t)
    platform.script({ status: 200, body: {} })
    const { port } = new URL(platform.url)
    const request = {
      method: 'POST',
      // A name, so that it is looked up; it points to this machine now.
      url: `http://client.example:${port}/`,
      headers: {},
      body: '{}',
      signal: new AbortController().signal,
      timeoutMs: 5_000,
    } as const
    const names = pointing('127.0.0.1')
    for (const [options, reached] of [
      [strict, false],
      [local, true],
    ] as const) {
      const { lookup } = publicAddresses({ ...options, names })
      const { http, close } = pooledHttp({ lookup })
      t.after(close)
      const ended = await http(request).then(
        ({ status }) => status,
        (error: Error) => error.message,
      )
      assert.deepEqual(ended, reached ? 200 : `POST client.example:${port}: NO_PUBLIC_ADDRESS`)
    }
  })
})
