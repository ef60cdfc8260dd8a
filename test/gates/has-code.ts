import { stripTypeScriptTypes } from 'node:module'

/** Whether anything of a TypeScript file is left to run once its types are gone. Formatted code is expected. */
export function hasCode(text: string): boolean {
  const code = stripTypeScriptTypes(text)
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^import\s[^'"`;]*?from\s+'[^']+'/gm, '')
    .replaceAll(/^export\s*\{\s*\}/gm, '')
  return /[^\s;]/.test(code)
}
