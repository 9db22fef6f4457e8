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
    email from subject title message region zone id ids uuid account vendor distribution release edition
    flavor flavour color colour bind listen
""")
#: What says that a list is of members of one cluster.
_MEMBERS = _set("""
    brokers bootstrap servers nodes seeds peers hosts contactpoints points sentinels quorum ensemble members endpoints
    cluster kafka zookeeper zk etcd cassandra scylla elasticsearch opensearch nats consul mongo mongodb redis rabbitmq
""")
#: Words at the end of a name that say only that it is an address.
_PLACES = _set("""
    url urls uri uris link links page pages addr addrs address addresses host hosts hostname hostnames domain domains
""")
#: Purposes that are certainly not calls. Where a program listens, and what it tells others to call it:
_LISTENS = _set("listen listening listeners bind advertised advertise")
#: who may call, or be shown;
_ADMITS = _set("allow allowed allowlist whitelist trusted permitted")
_ADMITTED = _set("cors cookie referer referrer audience")
#: where users are sent back to (`redirect` needs a word such as `uri` behind it);
_RETURNS = _set("callback")
#: what people read;
_READ = _set("doc docs documentation help homepage terms privacy readme support")
#: its own address, where nothing else is named: `BASE_URL`, but not `STRIPE_BASE_URL`.
_OWN = _set("public base external root canonical self own site home")
_OWN_BESIDE = _set("app web my application website webserver")
#: What users see of the system: a URL of nothing but these is its own, a host of them is called.
_SEEN = _set("app web my application website frontend client ui webapp portal webhook")
#: What a page in the browser calls its own system by, behind the prefixes of what is built into pages.
_BUILT_IN = (
    ("next", "public"),
    ("nuxt", "public"),
    ("vite",),
    ("react", "app"),
    ("vue", "app"),
    ("gatsby",),
    ("expo", "public"),
)
_CALLED_BY_PAGES = _set("api backend server gateway graphql ws websocket socket rest rpc http host origin")
#: Links in text, and their ends that are no hosts.
_LINKS = _set("url urls uri uris link links page pages")
#: Parts of a word that say that it is no name of a thing: `no-cache`, `in-memory-queue`.
_MODES = _set("no non without in memory none mode driver file local default sqlite")
#: Settings about who users are: their domains are called.
_IDENTITY = _set("""
    auth auth0 okta oidc oauth sso login signin idp identity cognito keycloak saml issuer iam authority
""")
#: Variables of these names hold what they are named after.
_STORES = _set("""
    db database cache queue broker mysql mariadb postgres postgresql pgsql mongo mongodb redis memcached memcache kafka
    rabbitmq rabbit amqp nats elasticsearch opensearch elastic solr cassandra influxdb etcd zookeeper minio smtp ldap
""")
_HINTS = _STORES | _set("""
    host backend frontend upstream target destination dest service services svc api app server gateway proxy router
    store storage search registry collector agent exporter peer leader remote downstream balancer dependency
    dependencies depends needs wait waits waitfor prometheus grafana jaeger zipkin otel statsd consul vault keycloak
""")
#: Things that only something that runs holds.
_THINGS = _set("table bucket queue topic stream bus host")
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
    """Whether a setting can name something that is called: not who may call, where it listens, what people read."""
    said, head, place = _parted(name)
    if not head:
        return True
    last, every = head[-1], set(said)
    if "swagger" in every:
        return False
    if every & _LISTENS:
        return {"ldap", "bind"} <= every  # who looks into a directory binds to it
    if last == "proxy":
        return "no" not in every  # `NO_PROXY` names what is called past it
    if every & _ADMITS or last in _ADMITTED or last in _RETURNS:
        return False
    if last in ("origin", "origins"):
        return bool(place) and not every & {"cors", "csrf"}
    if last == "redirect":
        return not place
    return not (last in _READ and not place & {"host", "hosts", "addr", "address"})


@lru_cache(maxsize=65_536)
def is_own(name: str) -> bool:
    """Whether programs are told their own address under such a name: `BASE_URL`, `APP_PUBLIC_URL`; not `STRIPE_BASE_URL`.

    They may be told any other as well: what answers the address decides.
    """
    said, head, place = _parted(name)
    if said[:2] == ["kc", "hostname"] or said[-2:] == ["root", "url"]:  # by which Keycloak is called, and Grafana
        return True
    for prefix in _BUILT_IN:
        if tuple(head[: len(prefix)]) == prefix:
            return set(head[len(prefix) :]) <= _SEEN | _OWN | _CALLED_BY_PAGES
    if head and place and place <= _LINKS and set(head) <= _SEEN:
        return True
    return bool(place) and bool(set(head) & _OWN) and set(head) <= _OWN | _OWN_BESIDE


def _parted(name: str) -> tuple[list[str], list[str], set[str]]:
    """All words of a name, those that say what it is of, and those behind that say that it is an address."""
    said = [word for word in words(name) if not word.isdigit()]
    head = list(said)
    while head and head[-1] in _PLACES:
        head.pop()
    return said, head, set(said[len(head) :])


@lru_cache(maxsize=65_536)
def is_list(name: str) -> bool:
    """Whether a setting names members of one cluster: `KAFKA_BROKERS`, `seeds`, `bootstrap.servers`."""
    return bool(set(words(name)) & _MEMBERS)


@lru_cache(maxsize=65_536)
def is_identity(name: str) -> bool:
    """Whether a setting names who vouches for users, so that a bare domain is an address: `AUTH0_DOMAIN`, `issuer`."""
    said = [word for word in words(name) if not word.isdigit()]
    return said[-1:] in (["issuer"], ["authority"]) or (
        said[-1:] in (["domain"], ["domains"]) and bool(set(said) & _IDENTITY)
    )


@lru_cache(maxsize=65_536)
def hints(name: str) -> bool:
    """Whether a setting's name hints that a plain word in it names something that runs: `ORDERS_DB`, `cache`, `backend`."""
    said = [word for word in words(name) if not word.isdigit()]
    return bool(said) and said[-1] in _HINTS and not _names_database(said)


@lru_cache(maxsize=65_536)
def hints_store(name: str) -> bool:
    """Whether a setting is named after a sort of store: `REDIS`, `ORDERS_DB`."""
    said = [word for word in words(name) if not word.isdigit()]
    return bool(said) and said[-1] in _STORES and not _names_database(said)


def _names_database(said: list[str]) -> bool:
    """`POSTGRES_DB` is the name of a database within a server."""
    return said[-1] in ("db", "database") and bool(set(said[:-1]) & (TECHNOLOGY | {"db", "database", "initdb"}))


@lru_cache(maxsize=65_536)
def may_name(name: str) -> bool:
    """Whether what a setting holds can name something that runs, of which nothing else is known: `REDIS`, `DB_HOST`, `ORDERS_TABLE`."""
    said = [word for word in words(name) if not word.isdigit()]
    while said and said[-1] in ("name", "arn"):
        said.pop()
    return bool(said) and (sense(name) == "address" or hints(name) or hints_store(name) or said[-1] in _THINGS)


def doubt_about(name: str, host: str, is_known: bool) -> str | None:
    """What speaks against a setting's plain word being the address of something.

    Args:
        name: of the setting.
        host: the word.
        is_known: whether something is scanned that is called so.

    Returns:
        Empty where nothing does, the doubt in words, or None where the word is most likely no name at all.
    """
    said = set(words(name))
    if host in TECHNOLOGY:
        doubt = "" if host in said else "may name a Service or a sort of software"
        return doubt if is_known else None
    if is_known:
        return "" if hints(name) or "-" in host else "may name the Service that is called so"
    parts = set(words(host))
    alike = hints_store(name) and bool(parts & said) and not parts & _MODES
    return "may name something that was not scanned" if alike else None
