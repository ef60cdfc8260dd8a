import { type Command, Option } from 'commander'
import { stageTypes } from '../../stages/index.ts'
import { dotOf } from '../../topology/pipeline/graph/dot.ts'
import type { DrawingOptions } from '../../topology/pipeline/graph/drawing.ts'
import { mermaidOf } from '../../topology/pipeline/graph/mermaid.ts'
import { svgOf } from '../../topology/pipeline/graph/svg.ts'
import { textOf } from '../../topology/pipeline/graph/text.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { exitCodes } from '../exit-codes.ts'
import { readPipeline } from './read-pipeline.ts'
import { usageExit } from './usage-exit.ts'

type Format = 'text' | 'mermaid' | 'dot' | 'svg'

const help = `
Exit codes: 0 drawn, 1 the file has faults (\`chat4all check\` shows them), 64 wrong usage, 66 no such file.

Examples:
  chat4all graph                              for the terminal
  chat4all graph --format mermaid             for a README on GitHub
  chat4all graph --format svg > pipeline.svg  a picture
  chat4all graph --all                        with parks and dead letters`

/** Registers `chat4all graph`. Secrets and resolved values have no part in a drawing. */
export function graphCommand(program: Command): void {
  program
    .command('graph')
    .summary('draw pipeline.yaml')
    .description('Draws pipeline.yaml: stages joined by topics, inline edges and loops marked.')
    .argument('[file]', 'the file to draw', 'pipeline.yaml')
    .addOption(
      new Option('--format <format>', 'what to draw it as')
        .choices(['text', 'mermaid', 'dot', 'svg'])
        .default('text'),
    )
    .option('--all', 'also what every stage has unsaid: park and dead letters', false)
    .addHelpText('after', help)
    .exitOverride(usageExit)
    .action(async (file: string, { format, all }: { format: Format; all: boolean }) => {
      const read = readPipeline(file)
      if ('exit' in read) return end(read.sentence, read.exit)
      const { pipeline } = loadPipeline(read.text, file, stageTypes)
      if (!pipeline)
        return end(`${file} has faults: \`chat4all check ${file}\` shows them.`, exitCodes.faults)
      process.stdout.write(await drawn(pipeline, format, { all }))
    })
}

async function drawn(pipeline: Pipeline, format: Format, options: DrawingOptions): Promise<string> {
  switch (format) {
    case 'text':
      return textOf(pipeline, options)
    case 'mermaid':
      return mermaidOf(pipeline, options)
    case 'dot':
      return dotOf(pipeline, options)
    case 'svg':
      return await svgOf(pipeline, options)
  }
}

function end(sentence: string, exit: number): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = exit
}
