import { Option } from 'commander'

export type Profile = 'embedded' | 'cluster'

/** `--profile`, of the commands that run something. */
export const profileOption = (fallback: Profile): Option =>
  new Option('--profile <profile>', 'on what it runs (C4A_PROFILE)')
    .choices(['embedded', 'cluster'])
    .env('C4A_PROFILE')
    .default(fallback)
