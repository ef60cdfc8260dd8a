import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

export interface PublicAddresses {
  /** Why nothing may be posted there: a sentence; undefined for an address that is good as far as its text tells. */
  urlFault(url: string): string | undefined
  /**
   * Name look-up for a connection: only addresses that may be called come out. It is asked when a connection is made, so a
   * name that pointed to the outside when it was written down, and to our own network now, is refused all the same.
   */
  readonly lookup: LookupFunction
}

export interface PublicAddressOptions {
  /** Lets `http:` pass, for development. */
  readonly allowHttp: boolean
  /** Networks that may be called although they are not public: CIDR, such as `127.0.0.0/8`. */
  readonly allowNetworks: readonly string[]
  /** The system's, unless a test has its own names. */
  readonly names?: typeof systemLookup
}

export const isNetwork = (text: string): boolean => ipaddr.isValidCIDR(text)

/**
 * Keeps what clients name as their endpoint out of our own network (server-side request forgery): no loopback, private,
 * link-local or other special address, in IPv4, in IPv6, or one inside the other.
 */
export function publicAddresses({
  allowHttp,
  allowNetworks,
  names = systemLookup,
}: PublicAddressOptions): PublicAddresses {
  const networks = allowNetworks.map((network) => ipaddr.parseCIDR(network))

  function isAllowed(address: string): boolean {
    if (!ipaddr.isValid(address)) return false
    // An IPv4 address inside an IPv6 one is judged as what it is.
    const parsed = ipaddr.process(address)
    if (parsed.range() === 'unicast') return true
    return networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    )
  }

  return {
    urlFault(text) {
      const url = URL.parse(text)
      if (!url) return 'it is no URL'
      if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
        return `it begins with ${url.protocol}, and only https: is called`
      }
      if (url.username !== '' || url.password !== '') return 'it holds a user or a password'
      if (url.hash !== '') return 'it has a fragment (#), which is never sent'
      const host = hostOf(url)
      const isLocal = host === 'localhost' || host.endsWith('.localhost')
      const address = isLocal ? '127.0.0.1' : host
      if (isIP(address) === 0 || isAllowed(address)) return undefined
      return `${host} is no public address`
    },

    lookup(hostname, options, callback) {
      names(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) {
          callback(error, '')
          return
        }
        const allowed = addresses.filter(({ address }) => isAllowed(address))
        const [first] = allowed
        if (!first) callback(notPublic(hostname), '')
        else if (options.all) callback(null, allowed)
        else callback(null, first.address, first.family)
      })
    },
  }
}

/** IPv6 stands in brackets in a URL. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

function notPublic(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no public address`), {
    code: 'NO_PUBLIC_ADDRESS',
  })
}
