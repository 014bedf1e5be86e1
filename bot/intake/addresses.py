"""May this address be connected to? Only what the whole internet may reach, in whatever spelling it comes."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Carries IPv4 addresses in its last 32 bits (RFC 6052), as do the ones `_inner` asks the library about.
_NAT64 = IPv6Network("64:ff9b::/96")
# Azure's metadata service stands on a public address.
_METADATA = frozenset(
    {IPv4Address("168.63.129.16"), IPv4Address("169.254.169.254"), IPv4Address("100.100.100.200")}
)


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet, any IPv4 address inside it too."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(parsed) if isinstance(parsed, IPv6Address) else None
    return _is_open(parsed if inner is None else inner)


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    tunnel = address.teredo
    return address.ipv4_mapped or address.sixtofour or (tunnel[1] if tunnel else None)


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    # Python counts the old site-local addresses (fec0::/10) as global.
    local = isinstance(address, IPv6Address) and address.is_site_local
    closed = local or address.is_multicast or address.is_reserved or address in _METADATA
    return address.is_global and not closed
