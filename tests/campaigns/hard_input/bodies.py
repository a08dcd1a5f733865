"""Bodies that no browser sends: each is made of a door whose form is filled in right, as (bytes, content type)."""

from urllib.parse import quote

from . import atoms
from .requests import BOUNDARY, FORM, MULTIPART, File, encoded, multipart

BODIES = {
    "nothing": lambda door: (b"", FORM),
    "JSON": lambda door: (b'{"reason": "x"}', "application/json"),
    "plain text": lambda door: (_body(door), "text/plain"),
    "no content type": lambda door: (_body(door), " "),
    "odd content type": lambda door: (_body(door), "a/b/c;;=" + atoms.SCRIPT),
    "markup as a type": lambda door: (_body(door), atoms.SCRIPT),
    "XML": lambda door: (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "text/xml"),
    "UTF-16 said": lambda door: (_body(door), FORM + "; charset=utf-16"),
    "no such charset": lambda door: (_body(door), FORM + "; charset=klingon"),
    "odd charset": lambda door: (_body(door), FORM + "; charset=%00'\"utf-8"),
    "Latin-1 said": lambda door: (_body(door), FORM + "; charset=iso-8859-1"),
    "charset twice": lambda door: (_body(door), FORM + "; charset=utf-8; charset=utf-7"),
    "UTF-8 in capitals": lambda door: (_body(door), FORM.upper() + "; charset=UTF-8"),
    "UTF-16 sent": lambda door: (_body(door).decode().encode("utf-16"), FORM),
    "multipart without boundary": lambda door: (_parts(door), "multipart/form-data"),
    "multipart with another boundary": lambda door: (_parts(door), "multipart/form-data; boundary=other"),
    "multipart with a boundary that is none": lambda door: (_parts(door), 'multipart/form-data; boundary="é\x00"'),
    "multipart with a long boundary": lambda door: (_parts(door), "multipart/form-data; boundary=" + "b" * 5000),
    "multipart cut": lambda door: (_parts(door)[: len(_parts(door)) // 2], MULTIPART),
    "multipart as a form": lambda door: (_parts(door), FORM),
    "multipart": lambda door: (_parts(door), MULTIPART),
    "multipart of nothing": lambda door: (f"--{BOUNDARY}--\r\n".encode(), MULTIPART),
    "multipart without names": lambda door: (_parts(door).replace(b"name=", b"eman="), MULTIPART),
    "multipart in base 64 that is none": lambda door: (
        _parts(door).replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!"),
        MULTIPART,
    ),
    "multipart with long headers": lambda door: (
        _parts(door).replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 5000 + b"\r\n\r\n"),
        MULTIPART,
    ),
    "multipart with bad names": lambda door: (_parts(door).replace(b'name="', b'name="\xff\x00'), MULTIPART),
    "1001 parameters": lambda door: (_body(door) + b"".join(b"&p%d=1" % n for n in range(1001)), FORM),
    "one name 1001 times": lambda door: (_body(door) + b"&reason=x" * 1001, FORM),
    "20000 parameters": lambda door: (b"&".join(b"p%d=1" % n for n in range(20_000)), FORM),
    "1001 parts": lambda door: (multipart([(f"p{n}", "1") for n in range(1001)]), MULTIPART),
    "101 files": lambda door: (multipart([(f"f{n}", File(b"x")) for n in range(101)]), MULTIPART),
    "3 MB of text": lambda door: (_body(door) + b"&more=" + b"x" * 3_000_000, FORM),
    "3 MB of text in parts": lambda door: (multipart([("more", "x" * 3_000_000)]), MULTIPART),
    "2 MB of text": lambda door: (_body(door) + b"&reason=" + b"x" * 2_000_000, FORM),
    "each field twice": lambda door: (_body(door) + b"&" + _body(door), FORM),
    "each field again, empty": lambda door: (
        _body(door) + b"".join(b"&" + quote(name).encode() + b"=" for name in door.fields),
        FORM,
    ),
    "names in capitals": lambda door: (encoded((n.upper(), v) for n, v in door.fields.items()).encode(), FORM),
    "names as lists": lambda door: (encoded((n + "[]", v) for n, v in door.fields.items()).encode(), FORM),
    "names without values": lambda door: ("&".join(door.fields).encode(), FORM),
    "fields of the model": lambda door: (
        _body(door) + b"&id=1&pk=1&revision=0&voided_at=2024-01-01&mass_g=5&custodian=1&is_superuser=1&published_at=x",
        FORM,
    ),
    "semicolons": lambda door: (_body(door).replace(b"&", b";"), FORM),
    "rubbish": lambda door: (bytes(range(256)) * 8, FORM),
    "percent signs": lambda door: (b"%=%&%zz=%u1234&&&=&==" * 20, FORM),
    "a file for each field": lambda door: (multipart([(name, File(b"x")) for name in door.fields]), MULTIPART),
}


def _body(door):
    return encoded(door.fields.items()).encode()


def _parts(door):
    return multipart(door.fields.items())
