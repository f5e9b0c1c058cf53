"""Who a variant is, as tags and as an XMP packet: the same identity gives the same bytes, with no clock in them."""

from __future__ import annotations

import json
import re
import uuid
from xml.sax.saxutils import escape, quoteattr

from variantgen.model import Identity

ID_KEY = "com.variantgen.id"
SPECIFICATION_KEY = "com.variantgen.specification"
NAMESPACE = "variantgen:ns:1.0/"
"""Of our own properties in XMP: `id` and `specification`."""

_DOCUMENTS = uuid.UUID("3f6d0a52-8f0e-5c0b-9b1c-6f0c7a1d2e43")
# XML 1.0 has no way to write these, not even as a reference
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tags_of(identity: Identity) -> dict[str, str]:
    """What goes into a container's own tags; the comment is what survives a stream copy by any tool."""
    told = {
        "title": _NO_XML.sub("", identity.title),
        "comment": f"variantgen:{identity.id}",
        ID_KEY: identity.id,
        SPECIFICATION_KEY: specification_text(identity),
    }
    return {key: value for key, value in told.items() if value}


def specification_text(identity: Identity) -> str:
    """The specification as one line of JSON with its keys sorted; empty where there is none."""
    if not identity.specification:
        return ""
    text = json.dumps(
        identity.specification, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return _NO_XML.sub(lambda found: json.dumps(found[0])[1:-1], text)


def xmp_packet(identity: Identity) -> bytes:
    """The packet (ISO 16684-1) with dc:identifier, dc:title, xmpMM's ids and our own properties.

    The DocumentID follows from the id, the InstanceID from all that is told: both are the same on every machine.
    """
    specification = specification_text(identity)
    whole = json.dumps([identity.id, identity.title, identity.language, specification])
    told = {
        "xmp:CreatorTool": "variantgen",
        "dc:identifier": identity.id,
        "xmpMM:DocumentID": f"xmp.did:{uuid.uuid5(_DOCUMENTS, identity.id)}",
        "xmpMM:InstanceID": f"xmp.iid:{uuid.uuid5(_DOCUMENTS, whole)}",
        "variantgen:id": identity.id,
        "variantgen:specification": specification,
    }
    attributes = "".join(f"\n   {name}={quoteattr(value)}" for name, value in told.items() if value)
    title, language = escape(_NO_XML.sub("", identity.title)), escape(identity.language)
    inner = ""
    if title:
        inner += f'\n   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
    if language:
        inner += f"\n   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n'
        '   xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        '   xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n'
        '   xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"\n'
        f'   xmlns:variantgen="{NAMESPACE}"{attributes}>{inner}\n'
        "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode("utf-8", "replace")
