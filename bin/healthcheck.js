// What the image's HEALTHCHECK runs: 0 while the process in it lives. There is no curl in the image.
const port = process.env.C4A_HTTP_PORT || '8080'
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/live`, {
    signal: AbortSignal.timeout(2_000),
  })
  process.exitCode = ok ? 0 : 1
} catch {
  process.exitCode = 1
}
