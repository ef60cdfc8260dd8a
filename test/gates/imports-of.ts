/** What a module names to load: static and dynamic imports, re-exports, and files that become threads. */
export function importsOf(text: string): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
}

// Statements begin a line in formatted code, so what stands in a text or a comment is not taken for one.
const patterns = [
  /^(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
  /\bnew URL\(\s*'([^']+)',\s*import\.meta\.url/g,
]
