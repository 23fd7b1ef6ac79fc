"""Texts at the edges of what programs expect: empty and long ones, all sorts of unicode, control characters, injections.

Each stands with its sort. All of them are harmless by themselves: what they would do if a program ran them is to fail, to
print or to wait. None holds the character NUL or a half of a surrogate pair, which files of text can't hold.
"""

from __future__ import annotations

Sorted = tuple[tuple[str, str], ...]


def _listed(sorts: dict[str, tuple[str, ...]]) -> Sorted:
    return tuple((value, sort) for sort, values in sorts.items() for value in values)


BLANKS = _listed(
    {
        "empty text": ("",),
        "one blank": (" ",),
        "one no-break space": ("\xa0",),
        "one zero-width space": ("\u200b",),
    }
)

CONTROLS = _listed(
    {
        "control: tab": ("tab\there",),
        "control: line feed": ("line\nfeed",),
        "control: carriage return": ("carriage\r\nreturn",),
        "control: lone carriage return": ("lone\rreturn",),
        "control: bell": ("bell\x07",),
        "control: backspace": ("back\x08space",),
        "control: escape": ("\x1b[31mred\x1b[0m",),
        "control: delete": ("delete\x7f",),
        "control: next line": ("next\x85line",),
        "control: vertical tab": ("vertical\x0btab",),
        "control: form feed": ("form\x0cfeed",),
        "control: unit": ("unit\x1fend",),
        "unicode: line separator": ("line\u2028separator",),
        "unicode: paragraph separator": ("paragraph\u2029separator",),
    }
)

UNICODE = _listed(
    {
        "unicode: decomposed (NFD)": ("Jose\u0301 Nun\u0303ez",),
        "unicode: composed (NFC)": ("Jos\xe9 Nu\xf1ez",),
        "unicode: normalises to another letter": ("\u212bngstr\xf6m",),
        "unicode: ligature": ("\ufb01ance\u0301e",),
        "unicode: stacked combining marks": ("Z\u0351\u036b\u0343\u036aa\u0302\u0342l\u0348\u034bg\u0364\u033do\u031a",),
        "unicode: combining mark first": ("\u0301alone",),
        "unicode: right to left (Hebrew)": ("\u05d3\u05d5\u05d3 \u05dc\u05d5\u05d9",),
        "unicode: right to left (Arabic)": ("\u0645\u0631\u064a\u0645",),
        "unicode: both directions": ("abc \u05d0\u05d1\u05d2 123",),
        "unicode: override of direction": ("\u202egnp.exe",),
        "unicode: isolated direction": ("\u2067isolated\u2069",),
        "unicode: emoji joined (ZWJ)": ("\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",),
        "unicode: emoji with skin tone": ("\U0001f44d\U0001f3fd",),
        "unicode: flag of two letters": ("\U0001f1e9\U0001f1ea",),
        "unicode: emoji by variation selector": ("\u2764\ufe0f",),
        "unicode: beyond the basic plane": ("\U00020bb7\u91ce\u5bb6",),
        "unicode: Chinese": ("\u4f60\u597d",),
        "unicode: full width": ("\uff21\uff22\uff23\uff11\uff12\uff13",),
        "unicode: Thai": ("\u0e01\u0e33\u0e25\u0e31\u0e07",),
        "unicode: Devanagari": ("\u0928\u092e\u0938\u094d\u0924\u0947",),
        "unicode: Hangul letter by letter": ("\u1112\u1161\u11ab\u1100\u1173\u11af",),
        "unicode: longer in capitals": ("Stra\xdfe",),
        "unicode: Turkish dotted and dotless i": ("\u0130stanbul \u0131",),
        "unicode: final sigma": ("\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",),
        "unicode: look-alike letters": ("p\u0430yp\u0430l",),
        "unicode: zero-width characters": ("\u200bin\u200cvis\u200dible\u2060",),
        "unicode: byte order mark first": ("\ufeffmark",),
        "unicode: replacement character": ("\ufffd",),
        "unicode: last code point": ("\U0010ffff",),
        "unicode: digits that are not ASCII": ("\u0661\u0662\u0663",),
    }
)

INJECTIONS = _listed(
    {
        "injection: SQL": (
            "' OR '1'='1",
            "'; DROP TABLE users; --",
            "1; SELECT pg_sleep(1)",
            "Robert\\'); --",
        ),
        "injection: SQL wildcard": ("100%_done",),
        "injection: HTML": (
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "</title><b>bold",
        ),
        "injection: JavaScript": ("javascript:alert(1)",),
        "injection: HTML entities": ("&lt;b&gt; &amp; &#39;",),
        "injection: shell": (
            "$(echo injected)",
            "`echo injected`",
            "; echo injected",
            "| echo injected",
        ),
        "injection: shell option": ("--help",),
        "injection: CSV formula": (
            "=1+1",
            "+1-1",
            "@SUM(1,1)",
            "-1+1",
            '=HYPERLINK("http://example.com","x")',
        ),
        "injection: path": (
            "../../etc/hostname",
            "..\\..\\windows\\win.ini",
            "/dev/null",
            "CON",
            "file:///etc/hostname",
        ),
        "injection: format string": (
            "%s%s%d%x",
            "{0} {name}",
        ),
        "injection: template": (
            "${7*7}",
            "{{7*7}}",
            "<%= 7*7 %>",
        ),
        "injection: JSON": (
            '{"a": [1, ',
            '"}, {"b": "',
        ),
        "injection: YAML": (
            "key: - [value",
            "!!python/name:x",
        ),
        "injection: YAML truth": ("no",),
        "injection: reads as a number": (
            "1e3",
            "NaN",
        ),
        "injection: reads as missing": ("null",),
        "injection: reads as a date": ("2024-02-30",),
        "injection: XML": (
            "<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>",
            "]]>",
        ),
        "injection: CSV quotes": ('a,"b',),
        "injection: CSV separators": ("a;b\tc|d",),
        "injection: LDAP": ("*)(uid=*",),
        "injection: header": ("name\r\nX-Injected: yes",),
        "injection: regular expression": ("(a+)+$",),
    }
)

NAMES = _listed(
    {
        "name: apostrophe": ("O'Brien",),
        "name: reads as missing": (
            "Null",
            "NA",
        ),
        "name: reads as a test": ("Test",),
        "name: one letter": ("A",),
        "name: many parts": ("de la Cruz-M\xfcller y Garc\xeda",),
        "name: typographic apostrophe": ("Mc\u2019Donald",),
        "name: digits": ("X \xc6 A-12",),
        "name: no Latin letter": ("\u5c71\u7530 \u592a\u90ce",),
        "name: a suffix alone": ("Jr.",),
    }
)

EMAILS = _listed(
    {
        "email: as short as can be": ("a@b.example",),
        "email: longest local part": (f"{'a' * 64}@example.com",),
        "email: longest label": (f"a@{'b' * 63}.example",),
        "email: plus": ("first.last+tag@example.com",),
        "email: quoted": ('"a b"@example.com',),
        "email: apostrophe": ("o'brien@example.com",),
        "email: address literal": ("a@[192.0.2.1]",),
        "email: capitals": ("UPPER@EXAMPLE.COM",),
        "email: underscores": ("_______@example.com",),
        "email: punycode": ("user@xn--bcher-kva.example",),
        "email: international": ("m\xfcller@b\xfccher.example",),
    }
)

DOCUMENTS = _listed(
    {
        "JSON: null": ("null",),
        "JSON: empty object": ("{}",),
        "JSON: empty list": ("[]",),
        "JSON: empty text": ('""',),
        "JSON: number beyond floats": ("1e400",),
        "JSON: number beyond exact floats": ("9007199254740993",),
        "JSON: escapes": ('"\\u0000\\ud83d\\ude00"',),
        "JSON: nested 100 deep": (f"{'[' * 100}{']' * 100}",),
        "JSON: a key twice": ('{"a": 1, "a": 2}',),
    }
)


def longs(longest: int) -> Sorted:
    """Texts of the lengths at which columns of databases end."""
    lengths = [one for one in (255, 256, 1_000, 4_001) if one < longest]
    return tuple(("x" * one, f"long: {one:,} letters") for one in (*lengths, longest))


def frees(longest: int) -> Sorted:
    """Everything that free text may be."""
    wide = min(longest, 256)
    return (*BLANKS, *CONTROLS, *UNICODE, *INJECTIONS, *longs(longest), ("\U0001f600" * wide, f"long: {wide} emoji"))


def names(longest: int) -> Sorted:
    """What somebody may be called, or may live in, as far as a program can tell."""
    return (*NAMES, *UNICODE, *INJECTIONS, *longs(min(longest, 255)))
