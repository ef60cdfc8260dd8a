import type { Delivery } from '../schemas/types.ts'

/**
 * Names the account whose budget and pace a delivery shares. The last one is kept: a stage asks several times for each delivery, most of
 * which go by the same account, and a new text would have to be hashed each time it is looked for.
 */
export class AccountGroups {
  #tenant = ''
  #account = ''
  #name = '/'

  of({ tenant, account }: Pick<Delivery, 'tenant' | 'account'>): string {
    if (tenant !== this.#tenant || account !== this.#account) {
      this.#tenant = tenant
      this.#account = account
      this.#name = `${tenant}/${account}`
    }
    return this.#name
  }
}
