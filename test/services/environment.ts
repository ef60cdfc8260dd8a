import type { Site } from './site.ts'

/** By which tests find what is up, and the commands find it from another temporary folder. */
export function environment(site: Site): Readonly<Record<string, string>> {
  const plans = site.plans()
  if (plans.length === 0) return {}
  const found = plans.map((plan) => site.service(plan).environment(plan))
  return Object.assign({ C4A_SERVICES_FOLDER: site.folder }, ...found)
}
