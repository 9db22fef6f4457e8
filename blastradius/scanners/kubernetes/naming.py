"""What the name of a setting says about its value: an address, a secret, or something that only looks like one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Sense = Literal["address", "other", "unclear", "secret"]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_ADDRESS = _set("""
    addr addrs address addresses host hosts hostname hostnames url urls uri uris endpoint endpoints dsn broker
    brokers server servers bootstrap jdbc nodes seeds upstream upstreams peers contactpoints hostport quorum
    connect
""")
_SECRET = _set("""
    password passwd passphrase pass pwd secret secrets token tokens credential credentials apikey key keys cert
    certs certificate salt signature license licence
""")
#: The value is a word of its own world, although it may be spelled like a host.
_OTHER = _set("""
    name names user username users database db dbname schema type types driver dialect engine kind mode level
    profile profiles env environment role roles label labels app version tag image images prefix suffix topic
    topics index bucket table realm tenant group groups namespace locale lang language theme format class
    classes classpath plugin plugins feature features provider strategy algorithm policy path dir directory file
    files folder home port ports timeout interval size limit count max min retries enabled disabled enable
    disable opts options flags args command origin origins allowed cors cookie referer referrer domain domains
    email mail from subject title message region zone id ids uuid account vendor distribution release edition
    flavor flavour color colour bind listen
""")
_LISTS = _set("""
    brokers servers hosts nodes seeds peers endpoints addrs addresses contactpoints quorum urls
""")
#: Own settings that speak of who may call, not of who is called; URLs in them are no calls either.
_NOT_CALLED = _set("""
    origin origins allowed cors cookie referer referrer callback redirect issuer audience advertised advertise
    listen listener listeners bind
""")
#: Words that name a sort of software as often as a host.
TECHNOLOGY = _set("""
    true false yes no on off null undefined
    mysql mariadb postgres postgresql pgsql mongo mongodb redis memcached memcache kafka rabbitmq amqp nats
    elasticsearch opensearch solr cassandra scylla cockroachdb oracle mssql sqlserver sqlite h2 db2 neo4j
    influxdb prometheus grafana jaeger zipkin otel statsd consul etcd zookeeper vault minio s3 nginx apache
    httpd tomcat jetty envoy haproxy traefik kong eureka keycloak docker kubernetes aws gcp azure dns file
    memory local none auto default disabled enabled sync async array log stdout stderr console json yaml text
    http https tcp udp grpc web worker standalone cluster sentinel master slave primary replica production
    staging development test
""")


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """The words of a setting's name: `REDIS_ADDR`, `redis.addr`, `redisAddr` are `redis`, `addr`."""
    return tuple(word.lower() for word in _WORDS.findall(name[:300]))


@lru_cache(maxsize=65_536)
def sense(name: str) -> Sense:
    """What the name of a setting says its value is: its last word decides, numbers apart."""
    said = [word for word in words(name) if not word.isdigit()]
    if not said:
        return "unclear"
    if said[-1] in _ADDRESS or (len(said) > 1 and said[-2] == "host" and said[-1] == "name"):
        # `HOST` and `HOSTNAME` alone are as often where a thing listens or what it calls itself
        return "unclear" if said in (["hostname"], ["host"]) else "address"
    if said[-1] in _SECRET:
        return "secret"
    if said[-1] in _OTHER:
        return "other"
    return "address" if set(said) & {"addr", "endpoint", "endpoints", "brokers", "dsn"} else "unclear"


@lru_cache(maxsize=65_536)
def is_called(name: str) -> bool:
    """Whether a setting can name something that is called, rather than who may call or where it listens."""
    return not set(words(name)) & _NOT_CALLED


@lru_cache(maxsize=65_536)
def is_list(name: str) -> bool:
    """Whether a setting names several hosts of one thing: `KAFKA_BROKERS`, `seeds`, `bootstrap.servers`."""
    return bool(set(words(name)[-1:]) & _LISTS) or "bootstrap" in words(name)
