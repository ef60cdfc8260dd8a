"""Reads topics as anybody's program would, and prints each record as a line of JSON.

Usage: read_records.py BROKERS REGISTRY GROUP COUNT TOPIC...
"""

import json
import sys
from datetime import datetime, timedelta, timezone

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def plain(value):
    """What JSON lacks: bytes are told in hexadecimal, instants as milliseconds."""
    if isinstance(value, bytes):
        return "bytes " + value.hex()
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(milliseconds=1)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def main(brokers, registry, group, count, *topics):
    deserialize = AvroDeserializer(SchemaRegistryClient({"url": registry}))
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "check.crcs": True,
        }
    )
    consumer.subscribe(list(topics))
    seen = 0
    while seen < int(count):
        message = consumer.poll(20)
        if message is None:
            sys.exit(f"no record came for 20 s, after {seen}")
        if message.error():
            sys.exit(str(message.error()))
        context = SerializationContext(message.topic(), MessageField.VALUE)
        record = {
            "topic": message.topic(),
            "partition": message.partition(),
            "offset": message.offset(),
            "key": message.key().decode(),
            "timestampMs": message.timestamp()[1],
            "headers": {name: value.decode() for name, value in message.headers() or []},
            "value": plain(deserialize(message.value(), context)) if message.value() else None,
        }
        print(json.dumps(record), flush=True)
        seen += 1
    consumer.close()


main(*sys.argv[1:])
