/**
 * Everything `chat4all check` can find. Codes are public and never reused: scripts and comments in
 * pull requests name them. docs/check-codes.md is made from this table.
 */
export const faultCodes = {
  // C4A10xx: the file itself
  C4A1001: {
    severity: 'error',
    title: 'YAML cannot be read',
    why: 'Nothing after this place can be understood, so nothing else was checked.',
  },
  C4A1002: {
    severity: 'error',
    title: 'unknown key',
    why: 'A key that nobody reads looks like a setting and changes nothing.',
  },
  C4A1003: {
    severity: 'error',
    title: 'missing key',
    why: 'The key has no default that would be right for everyone.',
  },
  C4A1004: {
    severity: 'error',
    title: 'wrong kind of value',
    why: 'The value has another form than the key asks for.',
  },
  C4A1005: {
    severity: 'error',
    title: 'duration, size or range without its form',
    why: 'A bare number hides its unit: 30 may be seconds to one reader and milliseconds to another.',
  },
  C4A1006: {
    severity: 'error',
    title: 'value that is not on the list',
    why: 'The key knows a fixed set of words.',
  },
  C4A1007: {
    severity: 'error',
    title: 'environment reference that cannot be read',
    why: 'It would be taken as text, and the text would reach a broker or a platform as it stands.',
  },
  C4A1008: {
    severity: 'error',
    title: 'environment variable without a value',
    why: 'The file asks for it, and it has no default.',
  },
  C4A1009: {
    severity: 'error',
    title: 'key written twice',
    why: 'Only one of the two would hold, and readers differ in which.',
  },
  C4A1010: {
    severity: 'error',
    title: 'name that cannot be used',
    why: 'Names of topics, stages and pipelines become names in the broker, which takes letters, digits, dot, dash and underscore.',
  },
  C4A1011: {
    severity: 'error',
    title: 'number out of range',
    why: 'The engine cannot run with this figure.',
  },
  // C4A11xx: names that point to something
  C4A1101: {
    severity: 'error',
    title: 'unknown stage type',
    why: '`use` names a stage that this program has.',
  },
  C4A1102: {
    severity: 'error',
    title: 'unknown topic',
    why: 'Only topics under `topics` exist: a misspelt one would be an empty log that nobody fills.',
  },
  C4A1103: {
    severity: 'error',
    title: 'unknown record type',
    why: '`value` names a schema of schemas/avro.',
  },
  C4A1104: {
    severity: 'error',
    title: 'unknown port',
    why: 'The stage type has no port of this name, so nothing would ever pass it.',
  },
  C4A1105: {
    severity: 'error',
    title: 'input port that is not wired',
    why: 'The stage needs all of its inputs: without one it does half of its work in silence.',
  },
  C4A1106: {
    severity: 'error',
    title: 'output port that is not wired',
    why: 'What the stage emits there would be lost without a trace.',
  },
  C4A1107: {
    severity: 'error',
    title: 'unknown channel or account',
    why: 'Only channels and accounts of this file can be named in it.',
  },
  C4A1108: {
    severity: 'error',
    title: 'name that the engine derives for itself',
    why: 'Parked records, dead letters and groups get names from stage ids; two things of one name would mix.',
  },
  C4A1109: {
    severity: 'error',
    title: 'channel without a connector',
    why: 'Nobody would know how to send on it, or what its webhooks mean.',
  },
  // C4A12xx: the flow
  C4A1201: {
    severity: 'error',
    title: 'topic that nobody writes',
    why: 'Its readers would wait for ever.',
  },
  C4A1202: {
    severity: 'error',
    title: 'topic that nobody reads',
    why: 'Records would pile up until they are deleted, seen by nobody.',
  },
  C4A1203: {
    severity: 'error',
    title: 'orphan topic',
    why: 'No stage reads or writes it: it is left over, or the wiring forgot it.',
  },
  C4A1204: {
    severity: 'error',
    title: 'cycle that is not a declared loop',
    why: 'A record could go round for ever and multiply. A loop counts its rounds and ends.',
  },
  C4A1205: {
    severity: 'error',
    title: 'loop that goes nowhere round',
    why: '`loop` counts rounds, and records sent here never come back to the stage.',
  },
  // C4A13xx: types and keys
  C4A1301: {
    severity: 'error',
    title: 'schema that the reader cannot read',
    why: 'Every record of the topic would end in the dead letters of the stage.',
  },
  C4A1302: {
    severity: 'error',
    title: 'output of another type than its topic',
    why: 'The topic carries one type; a record of another type fails when it is written.',
  },
  C4A1303: {
    severity: 'error',
    title: 'keys that do not match',
    why: 'Order holds per key. Where keys mean different things, records that belong together are worked on at once and out of order.',
  },
  C4A1304: {
    severity: 'error',
    title: 'partition counts that do not match',
    why: 'The stage keeps one lane and one park per key; equal keys must fall on equal partition numbers.',
  },
  // C4A14xx: inline edges
  C4A1401: {
    severity: 'error',
    title: 'inline edge that changes the key',
    why: 'Without a topic between them nothing brings the records of the new key together, so their order is lost.',
  },
  C4A1402: {
    severity: 'error',
    title: 'inline edge from a topic with other writers',
    why: 'An inline reader sees only what its own writer hands over; what the others write would pass it by.',
  },
  C4A1403: {
    severity: 'error',
    title: 'inline edge at an effect',
    why: 'An effect holds, parks and retries by key. Fused, one slow endpoint would hold up the stages before it, and a repeat would repeat them too. Only transforms and lookups fuse.',
  },
  C4A1404: {
    severity: 'error',
    title: 'inline edge inside a loop',
    why: 'A fused stage is a call: going round inside one batch it would never come to its commit.',
  },
  C4A1405: {
    severity: 'error',
    title: 'inline edge that no stage writes',
    why: 'An inline edge joins two stages; there is none to fuse with.',
  },
  C4A1406: {
    severity: 'error',
    title: 'stage that is fused and also reads topics',
    why: 'It would run in two places at once, in the process of its writer and in its own group, with no order between them.',
  },
  C4A1407: {
    severity: 'warning',
    title: 'setting without effect on a fused stage',
    why: 'A fused stage runs in the process and at the pace of the stage that it is fused with.',
  },
  // C4A15xx: policies
  C4A1501: {
    severity: 'error',
    title: 'retention shorter than the longest wait',
    why: 'A record that is held or parked for longer than its topic keeps it cannot be read again after a restart: it is lost.',
  },
  C4A1502: {
    severity: 'warning',
    title: 'retention with little margin over the longest wait',
    why: 'An outage adds to the wait; less than a quarter over leaves no time to notice.',
  },
  C4A1503: {
    severity: 'error',
    title: 'park that is never reached',
    why: '`retry` ends in the dead letters, so what `park` says would never happen.',
  },
  C4A1504: {
    severity: 'error',
    title: 'policy that this shape of stage has no use for',
    why: 'A transform is pure and would fail again; only a keyed effect has lanes that can be parked.',
  },
  C4A1505: {
    severity: 'error',
    title: 'range that runs backwards',
    why: 'The first back-off must not be longer than the longest.',
  },
  C4A1506: {
    severity: 'error',
    title: 'wait that is over before its first attempt',
    why: 'The time allowed is shorter than the first back-off, so nothing would ever be tried again.',
  },
  C4A1507: {
    severity: 'error',
    title: 'order and policy contradict each other',
    why: 'Parking blocks a key and lets the others pass; that is what `ordering: key` means.',
  },
  C4A1508: {
    severity: 'warning',
    title: 'more replicas than partitions',
    why: 'A partition has one reader, so the rest would stand idle.',
  },
  C4A1509: {
    severity: 'error',
    title: 'limits that contradict each other',
    why: 'The smaller limit is always reached first, so the larger says something that never holds.',
  },
  C4A1510: {
    severity: 'warning',
    title: 'compatibility too weak to replay',
    why: 'A replay reads old records with the newest schema; only BACKWARD and stronger promise that this works.',
  },
  C4A1511: {
    severity: 'warning',
    title: 'retention on a compacted topic',
    why: 'Compaction keeps the latest record of every key for ever; a retention has no effect.',
  },
  C4A1512: {
    severity: 'warning',
    title: 'kind of content that a channel does not show as it is',
    why: 'What a channel cannot show is shown in another way, by the rules in docs/channels.md, or refused: whoever sends it should know beforehand.',
  },
  // C4A16xx: secrets and profiles
  C4A1601: {
    severity: 'error',
    title: 'secret in plain text',
    why: 'Whoever can read the file, its history or a build log has the secret.',
  },
  C4A1602: {
    severity: 'error',
    title: 'simulator secret for a real platform',
    why: '`simulator` is the password of the built-in simulator and known to everyone; only there it may be a default.',
  },
  C4A1603: {
    severity: 'error',
    title: 'simulator in a cluster',
    why: 'Messages would go to the simulator and be reported as sent, and no person would ever see them.',
  },
} as const satisfies Readonly<
  Record<
    string,
    { readonly severity: 'error' | 'warning'; readonly title: string; readonly why: string }
  >
>

export type FaultCode = keyof typeof faultCodes
