"""Shapes of credentials: what stands where a name belongs, and must not be shown.

Source of the shapes: what the providers publish for secret scanning (AWS access key ids, GitHub, GitLab, Slack, Stripe,
Google, npm, PyPI, Hugging Face, HashiCorp Vault tokens), RFC 7519 for JSON web tokens, RFC 7468 for keys.
"""

from __future__ import annotations

import re

from blastradius.scanners.naming import sense

MAX_LOOKED_AT = 4_000
_PREFIXED = (
    r"gh[pousr]_[a-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|gl(?:dt|rt|ptt)-[\w-]{16,}",
    r"xox[abeoprs]-[\w-]{8,}|xapp-\d-[\w-]{8,}",
    r"(?:akia|asia|abia|acca)[a-z0-9]{16}(?![a-z0-9])",
    r"(?:sk|rk|pk)_(?:live|test)_[a-z0-9]{8,}|whsec_[a-z0-9+/]{16,}|sk-(?:proj|ant|svcacct|or)-[\w-]{16,}",
    r"aiza[\w-]{30,}|ya29\.[\w-]{16,}|npm_[a-z0-9]{30,}|pypi-ageic[\w-]{16,}|hf_[a-z0-9]{30,}",
    r"hv[sb]\.[\w-]{20,}|dop_v1_[a-f0-9]{32,}|shp(?:at|ca|pa|ss)_[a-f0-9]{32}|dckr_pat_[\w-]{16,}",
    r"sg\.[\w-]{16,}\.[\w-]{16,}|key-[a-f0-9]{32}(?![a-z0-9])",
    r"eyj[\w-]{10,}\.(?:eyj[\w-]{4,}|[\w-]{16,})",
)
#: In any case: names are often written in lower case before they are looked at.
_TOKEN = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(_PREFIXED)})", re.I)
#: An OpenAI key of the older form: a name of that length has words, and no capitals among digits.
_PLAIN_SK = re.compile(r"(?<![A-Za-z0-9])sk-(?=[A-Za-z0-9]{0,60}[A-Z])(?=[A-Za-z0-9]{0,60}\d)[A-Za-z0-9]{20,}")
_OTHERS = re.compile(
    r"-----BEGIN |^\s*(?:basic|bearer)\s+\S{8,}|//[^/@\s]{1,500}@|^[^/@\s:]{1,200}:[^/@\s]{1,500}@", re.I
)
_SAID = re.compile(r"([A-Za-z][\w.-]{0,99})\s{0,5}(=|:\s{0,5})\s{0,5}[^\s&;,]")


def is_credential(text: str) -> bool:
    """Whether a text is, or holds, what looks like a credential: a token, a key, a password with its name or its user."""
    looked = text[:MAX_LOOKED_AT]
    if _TOKEN.search(looked) or _PLAIN_SK.search(looked) or _OTHERS.search(looked):
        return True
    return any(sense(said[1]) == "secret" for said in _SAID.finditer(looked))
