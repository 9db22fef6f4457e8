"""What is an address and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.scanners.settings import Alternatives, Doubt, Setting, found_in

KNOWN = {"db", "redis", "mysql", "cart", "web.shop", "api.shop.svc.cluster.local", "kafka"}


def hosts(name: str, value: str, *, secret: bool = False, prose: bool = False) -> list[str]:
    setting = Setting(name, value, "env", (), prose, secret)
    found = []
    for one in found_in(setting, KNOWN.__contains__):
        if isinstance(one, Alternatives):
            found.append("|".join(one.hosts))
        else:
            found.append(f"?{one.text}" if isinstance(one, Doubt) else one.host)
    return found


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CART_ADDR", "cart:7070", ["cart"]),
        ("anything", "cart:7070", ["cart"]),
        ("anything", "unknown:7070", ["unknown"]),
        ("PAYMENT_HOST", "payments", ["payments"]),
        ("PAYMENT_URL", "https://api.pay.example/v1?key=secret", ["api.pay.example"]),
        ("DATABASE_URL", "postgres://user:p%40ss/w0rd@db.example.com:5432/shop?sslmode=on", ["db.example.com"]),
        ("DATABASE_URL", "mongodb://u:p@m1:27017,m2:27017/shop", ["m1|m2"]),
        ("SPRING_DATASOURCE_URL", "jdbc:postgresql://pg:5432/x", ["pg"]),
        ("SPRING_DATASOURCE_URL", "jdbc:oracle:thin:@ora.example.com:1521:XE", ["ora.example.com"]),
        ("SPRING_DATASOURCE_URL", "jdbc:sqlserver://ms.example.com:1433;databaseName=x;password=y", ["ms.example.com"]),
        ("DSN", "user:pw@tcp(mysql.example.com:3306)/shop", ["mysql.example.com"]),
        ("DSN", "host=pg.example.com port=5432 user=u password=secret", ["pg.example.com"]),
        ("CONNECTION", "Server=tcp:sql.example.com,1433;Database=x;User=u;Password=p", ["sql.example.com"]),
        ("KAFKA_BROKERS", "k1:9092,k2:9092, k3:9092", ["k1|k2|k3"]),
        ("UPSTREAMS", "a.example.com:80 cart:8080", ["a.example.com", "cart"]),
        ("QUEUE", "arn:aws:sqs:eu-west-1:111122223333:jobs", ["arn:aws:sqs:eu-west-1:111122223333:jobs"]),
        ("BUCKET_URL", "s3://my-bucket/prefix", ["s3://my-bucket"]),
        (
            "QUEUE_URL",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs?key=secret",
            ["sqs.eu-west-1.amazonaws.com/111122223333/jobs"],
        ),
        ("ASSETS", "https://s3.eu-west-1.amazonaws.com/my-bucket/a/b?sig=x", ["s3.eu-west-1.amazonaws.com/my-bucket"]),
        ("HOOK_URL", "https://hooks.chat.example/services/T0/B0/secret", ["hooks.chat.example"]),
        ("REDIS_URL", "redis://:se/cret@redis:6379/0", ["redis"]),
        ("GRPC", "dns:///cart.shop:50051", ["cart.shop"]),
        ("V6_ADDR", "[2001:db8::1]:8080", ["2001:db8::1"]),
        ("V6_URL", "http://[2001:db8::2]:80/x", ["2001:db8::2"]),
        ("MESH", "web.shop", ["web.shop"]),
        ("TRACER", "zipkin.other.svc.cluster.local", ["zipkin.other.svc.cluster.local"]),
        ("backend", "cart", ["cart"]),
        ("SQS", "sqs.us-east-1.amazonaws.com", ["sqs.us-east-1.amazonaws.com"]),
        ("DB_HOST", "${DB}", ["?${DB}"]),
        ("DB_HOST", "$(DB_HOST_FROM_ELSEWHERE)", ["?$(DB_HOST_FROM_ELSEWHERE)"]),
        ("DB_URL", "postgres://u:hunter2@$(PGHOST):5432/x", ["?$(PGHOST)"]),
        ("STORE", "redis", ["?redis"]),
        ("OIDC_ISSUER", "https://acme.eu.id.example/", ["acme.eu.id.example"]),
        ("AUTH0_DOMAIN", "acme.eu.id.example", ["acme.eu.id.example"]),
        ("LOGIN_DOMAIN", "acme.id.example", ["acme.id.example"]),
        ("CHAT_REDIRECT", "https://chat.example.com/x", ["chat.example.com"]),
        ("CORS_PROXY_URL", "https://api.example.com", ["api.example.com"]),
        ("LISTENER_URL", "https://api.example.com", ["api.example.com"]),
        ("PARTNER_BASE_URL", "https://api.example.com", ["api.example.com"]),
        ("TOKEN", "https://token.example.com/x", ["token.example.com"]),
        ("BASE_URL", "http://cart:80", ["cart"]),
        ("MAIL", "smtp.example.net:587", ["smtp.example.net"]),
        ("MEMCACHED", "cache.prod:11211", ["cache.prod"]),
        ("KAFKA", "k0.kk:9092,k1.kk:9092", ["k0.kk|k1.kk"]),
        ("KAFKA", "kafka-0.kafka:9092", ["kafka-0.kafka"]),
        ("ORDERS_DB", "db", ["db"]),
        ("GREETING", "cart", ["?cart"]),
        ("REDIS", "redis", ["redis"]),
        ("REDIS", "redis-x", ["?redis-x"]),
        ("REPLICA_URLS", "https://api.example.com,https://api.example.org", ["api.example.com", "api.example.org"]),
        ("BACKEND_SERVERS", "http://orders,http://billing", ["orders", "billing"]),
        ("ES_HOSTS", "http://es-1:9200,http://es-2:9200", ["es-1|es-2"]),
        ("SEEDS", "a.example.co.uk,b.example.co.uk", ["a.example.co.uk|b.example.co.uk"]),
        ("SEEDS", "shop.co.uk,bank.co.uk", ["shop.co.uk", "bank.co.uk"]),
    ],
)
def test_addresses(name, value, expected):
    assert hosts(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMAGE", "redis:7"), ("SIDECAR_IMAGE", "registry.example.com/redis:7.2"), ("X", "redis-image:7"), ("LOG_LEVEL", "info"),
        ("CLASS", "io.k8s.cassandra.KubernetesSeedProvider"), ("SEED_PROVIDER", "com.example.shop.Seeds"),
        ("CONFIG", "/etc/app/config.yaml"), ("CONFIG", "config.yaml"), ("VERSION", "1.2.3"), ("APP_VERSION", "v1.2.3-rc.1"),
        ("LISTEN_ADDR", "0.0.0.0:8080"), ("BIND_ADDRESS", "some-host:80"), ("DB_HOST", "localhost"), ("DB_HOST", "127.0.0.1:5432"),
        ("DB_URL", "http://localhost:8080"), ("DB_TYPE", "mysql"), ("DB_NAME", "db"), ("DB_USER", "cart"), ("SPRING_PROFILES", "db"),
        ("API_TOKEN", "xyz://token.example.com:80"), ("PASSWORD", "cart:7070"), ("RATIO", "16:9"), ("UID_GID", "1000:1000"),
        ("ZIPKIN_HOST", "true"), ("SERVER_PORT", "8080"), ("SERVER_MODE", "standalone"), ("SERVER_NAME", "shop"),
        ("ALLOWED_HOSTS", "shop.example.com"), ("CORS_ORIGIN", "https://shop.example.com"), ("COOKIE_DOMAIN", "example.com"),
        ("CLUSTER_DOMAIN", "cluster.local"), ("JAVA_OPTS", "-Xmx128m -Djava.security.egd=file:/dev/urandom -Dx.y=false"),
        ("GET_HOSTS_FROM", "dns"), ("WSREP", "gcomm://"), ("TIME", "10:30:00"), ("EMAIL", "ops@example.com"), ("LD_LIBRARY_PATH", "/usr/lib:/opt/lib"),
        ("SOCKET", "unix:///var/run/docker.sock"), ("DURATION", "90s"), ("MODEL", "google/gemma-3-1b-it"), ("EMPTY", ""), ("OAUTH_REDIRECT_URI", "https://shop.example.com/cb"),
        ("CALLBACK_URL", "https://shop.example.com/cb"), ("API_DOCS_URL", "https://docs.example.com"), ("NO_PROXY", "api.shop.example.com"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example.com"), ("ADVERTISED_LISTENERS", "PLAINTEXT://k.example.com:9092"),
        ("POSTGRES_DB", "cart"), ("CACHE", "no-cache"), ("WEB_SERVER", "nginx"),
        ("DB_HOST", "a" * 300_000), ("X", "999.1.1.1:80"), ("X", "host:99999"), ("ID", "8312341g-5678-abcd-4a2b2c-33bcsd655"),
    ],
)  # fmt: skip
def test_no_addresses(name, value):
    assert hosts(name, value) == []


def test_scripts_name_hosts_behind_flags_and_in_urls():
    script = "until mysql -h db -e 'SELECT 1'; do sleep 2; done\n# see http://docs.example.com\nwget http://cart:80/ok; echo kafka is up"
    assert hosts("", script, prose=True) == ["db", "cart"]


def test_config_files():
    text = "xmlns='http://www.w3.org/x'\nredis.host=redis\nserver cart:8080;\nurl: https://api.example.com/x\npassword: db:80\ntext of e.g. things\n"
    assert hosts("app.conf", text, prose=True) == ["redis", "cart", "api.example.com"]


def test_secrets_give_hosts_only_where_they_are_plain():
    assert hosts("DATABASE_URL", "postgres://u:p@db:5432/x", secret=True) == ["db"]
    assert hosts("DB_HOST", "db", secret=True) == ["db"]
    assert hosts("DB_HOST", "correcthorse", secret=True) == []
    assert hosts("blob", "qwert:8080", secret=True) == []


@given(
    st.text("abc.:/@,=[]$(){}<>-_ 0123456789\n", max_size=60),
    st.sampled_from(["X", "DB_HOST", "URL", "PASSWORD"]),
    st.booleans(),
)
def test_any_text_gives_hosts_or_nothing(value, name, prose):
    for host in hosts(name, value, prose=prose):
        assert host
        assert "@" not in host or host.startswith("arn:")
