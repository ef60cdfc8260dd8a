/** The name under which they are cached, by the version of the client itself. */
export const confluentKafka = 'confluent-kafka-2.16.1'

/** confluent-kafka with its Avro extra and all that they need. Every one is pinned, so that what is cached is what is meant. */
export const packages: readonly string[] = [
  'anyio==4.16.0',
  'attrs==26.1.0',
  'authlib==1.9.10',
  'avro==1.12.2',
  'cachetools==8.0.2',
  'certifi==2026.10.19.post1',
  'cffi==2.1.1',
  'charset-normalizer==3.5.3',
  'confluent-kafka==2.16.1',
  'cryptography==50.0.2',
  'fastavro==1.13.1',
  'h11==0.16.0',
  'httpcore2==2.16.2',
  'httpx2==2.16.2',
  'idna==3.20',
  'joserfc==1.8.0',
  'pycparser==3.12',
  'requests==2.34.2',
  'truststore==0.10.5',
  'typing-extensions==4.16.0',
  'urllib3==2.8.0',
]
