import { demoAccounts } from '../../connectors/simulator/demo.ts'
import { startSimulator } from '../../connectors/simulator/start-simulator.ts'

/** What the runner hands over as its first argument, as JSON. */
export interface SimulatorTask {
  readonly seed: number
  readonly hubWebhooks: string
  readonly file: string
  /** The platforms do their best: what goes wrong is up to the hub and its servers. */
  readonly calm?: boolean
}

// The platforms, in a process of their own: what they know must outlive the hub. It tells its port on
// standard output, and ends with the runner (when standard input ends).
const task = JSON.parse(process.argv[2] ?? '{}') as SimulatorTask

const simulator = await startSimulator({
  port: 0,
  seed: task.seed,
  accounts: demoAccounts(task.hubWebhooks),
  windows: 'open',
  demo: false,
  file: task.file,
  latencies: { sent: [5, 40], delivered: [10, 80], read: [20, 200] },
  faults: {
    rates: task.calm
      ? {}
      : {
          'throttle-with-hint': 0.002,
          'throttle-without-hint': 0.004,
          'throttle-conversation': 0.004,
          'server-error': 0.01,
          'reset-before-accept': 0.003,
          'reset-after-accept': 0.003,
          'timeout-after-accept': 0.005,
          'unreadable-answer': 0.002,
          slow: 0.005,
          'duplicate-webhook': 0.05,
          'reordered-webhooks': 0.05,
          'bad-signature': 0.02,
          'delivered-and-failed': 0.005,
          'read-without-delivered': 0.01,
          'delivery-without-mids': 0.02,
        },
    hintSeconds: 1,
    slowMs: 300,
    // Longer than the hub waits.
    hangMs: 4000,
  },
})

process.stdout.write(`${simulator.port}\n`)
process.stdin.resume()
process.stdin.on('end', () => {
  void simulator.close().then(() => process.exit(0))
})
