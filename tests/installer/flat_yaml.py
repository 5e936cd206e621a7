"""Reads the part of YAML that winget manifests are made of, and is stricter than YAML about everything else.

A mapping of plain or single-quoted scalars, lists of scalars, and lists of flat mappings. All values are texts.
"""
import re

KEY = re.compile(r"([A-Z][A-Za-z0-9]*):(?: (.+))?")


class BadYaml(ValueError):
    """The line that is not as it must be."""


def scalar(text, where):
    if text.startswith("'"):
        if len(text) < 2 or not text.endswith("'") or "'" in text[1:-1].replace("''", ""):
            raise BadYaml(f"{where}: a quote is not closed, or one within is not doubled")
        return text[1:-1].replace("''", "'")
    # What YAML would not take as a plain text.
    if text[0] in "-?:,[]{}#&*!|>%@`\"" or ": " in text or " #" in text or text != text.strip():
        raise BadYaml(f"{where}: {text} must be quoted")
    return text


def pair(text, where):
    match = KEY.fullmatch(text)
    if not match:
        raise BadYaml(f"{where}: {text!r} is no key with a value")
    return match[1], None if match[2] is None else scalar(match[2], where)


def put(mapping, key, value, where):
    if key in mapping:
        raise BadYaml(f"{where}: {key} is there twice")
    mapping[key] = value


def item(line, result, where):
    """A line of a list: `- text` or `- Key: value` begins an item, `  Key: value` goes on with the last one."""
    if line.startswith("- ") and KEY.fullmatch(line[2:]):
        result.append(dict([pair(line[2:], where)]))
    elif line.startswith("- "):
        result.append(scalar(line[2:], where))
    elif result and isinstance(result[-1], dict) and line.startswith("  ") and line[2] != " ":
        put(result[-1], *pair(line[2:], where), where)
    else:
        raise BadYaml(f"{where}: {line!r} belongs to nothing")


def load(text):
    """The document as a dict; BadYaml with the number of the line."""
    document, current = {}, None
    for number, line in enumerate(text.split("\n"), 1):
        where = f"line {number}"
        if "\t" in line or line != line.rstrip():
            raise BadYaml(f"{where}: a tab, or blanks at the end")
        if not line or line.startswith("#"):
            continue
        if line[0] in "- ":
            if not isinstance(document.get(current), list):
                raise BadYaml(f"{where}: {line!r} belongs to nothing")
            item(line, document[current], where)
        else:
            current, value = pair(line, where)
            put(document, current, [] if value is None else value, where)
    if empty := [key for key, value in document.items() if value == []]:
        raise BadYaml(f"{empty[0]} has no value")
    return document
