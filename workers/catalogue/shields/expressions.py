"""Which variables an expression reads and sets: JUEL in processes, FEEL in decisions and forms.

What cannot be read raises Unreadable: the check then says so, instead of passing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

# Where a read or write begins: this scope, the process's, the calling one.
OWN = "own"
ROOT = "root"
CALLER = "caller"

_TOKEN = re.compile(
    r"""\s*(?:('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|([A-Za-z_]\w*)|(\d[\w.]*)|([-+*/%<>=!&|?:.,()\[\]]))"""
)
KEYWORDS = {  # of JUEL, and what the engine knows in every expression
    "empty",
    "null",
    "true",
    "false",
    "and",
    "or",
    "not",
    "div",
    "mod",
    "eq",
    "ne",
    "lt",
    "gt",
    "le",
    "ge",
    "instanceof",
    "authenticatedUserId",
}
_OBJECTS = {"execution", "task", "externalTask"}
_GETS = {
    "getVariable",
    "getVariableTyped",
    "getVariableLocal",
    "getVariableLocalTyped",
    "hasVariable",
    "hasVariableLocal",
}
_SETS = {"setVariable", "setVariableLocal"}
_UNNAMED = re.compile(
    r"(get|set|remove|has)?[Vv]ariables?(Names?)?(Local|Typed|Instances?)*|create\w*(Variable|Detail)\w*Query"
)


class Unreadable(ValueError):
    """An expression that the check does not understand."""


@dataclass(frozen=True)
class Read:
    where: str
    name: str


@dataclass(frozen=True)
class Write:
    """`local`: to the scope of `base` (execution or task) and nowhere else."""

    where: str
    name: str
    local: bool
    base: str
    value: frozenset[Read]


@dataclass(frozen=True)
class Effects:
    reads: frozenset[Read] = frozenset()  # those that a write takes are left out
    writes: tuple[Write, ...] = ()

    @property
    def all_reads(self) -> frozenset[Read]:
        return self.reads.union(*(write.value for write in self.writes))


@cache
def juel(text: str) -> Effects:
    """The effects of a text with any number of ${…} in it."""
    reads: set[Read] = set()
    writes: list[Write] = []
    for inside in _insides(text):
        _walk(_tokens(inside), reads, writes)
    return Effects(frozenset(reads), tuple(writes))


def is_expression(text: str) -> bool:
    return "${" in text or "#{" in text


def _insides(text: str) -> Iterator[str]:
    start = 0
    while match := re.compile(r"[$#]{").search(text, start):
        end, quote = match.end(), ""
        while end < len(text) and (quote or text[end] != "}"):
            if quote and text[end] == "\\":
                end += 1
            elif text[end] in "'\"" and quote in ("", text[end]):
                quote = "" if quote else text[end]
            end += 1
        if end >= len(text):
            raise Unreadable(f"{text!r} does not end")
        yield text[match.end() : end]
        start = end + 1


def _tokens(inside: str) -> list[str]:
    tokens, at = [], 0
    while inside[at:].strip():
        match = _TOKEN.match(inside, at)
        if not match:
            raise Unreadable(f"{inside!r} holds what is no expression of ours")
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


def _is_name(token: str) -> bool:
    return bool(re.match(r"[A-Za-z_]", token))


def _walk(tokens: list[str], reads: set[Read], writes: list[Write]) -> None:
    at = 0
    while at < len(tokens):
        token, before, after = (
            tokens[at],
            tokens[at - 1] if at else "",
            tokens[at + 1] if at + 1 < len(tokens) else "",
        )
        at += 1
        if not _is_name(token) or token in KEYWORDS:
            continue
        if before == ".":
            if token in _GETS | _SETS or _UNNAMED.fullmatch(token):
                raise Unreadable(f"whose variables {token} means cannot be told")
        elif token in _OBJECTS:
            at = _chain(token, tokens, at, reads, writes)
        elif after != "(":
            reads.add(Read(OWN, token))


def _chain(base: str, tokens: list[str], at: int, reads: set[Read], writes: list[Write]) -> int:
    """Members from `execution` or `task` on, to the first that touches variables; where to go on."""
    path: list[str] = []
    while at + 1 < len(tokens) and tokens[at] == "." and _is_name(tokens[at + 1]):
        member, at = tokens[at + 1], at + 2
        called = at < len(tokens) and tokens[at] == "("
        end = _closing(tokens, at) if called else at - 1
        arguments = tokens[at + 1 : end] if called else []
        if member in _GETS | _SETS and called:
            _touch(base, path, member, arguments, reads, writes)
            return end + 1
        if _UNNAMED.fullmatch(member):
            raise Unreadable(f"which variables {member} means cannot be told")
        _walk(arguments, reads, writes)
        path.append(member.removeprefix("get").lower())
        at = end + 1
    return at


def _touch(
    base: str, path: list[str], member: str, arguments: list[str], reads: set[Read], writes: list[Write]
) -> None:
    if not arguments or arguments[0][0] not in "'\"" or (len(arguments) > 1 and arguments[1] != ","):
        raise Unreadable(f"the name that {member} is given is not a fixed text")
    name, rest = arguments[0][1:-1], arguments[2:]
    if path.count("superexecution") == 1:
        where = CALLER
    elif path and path[-1] == "processinstance":
        where = ROOT
    elif all(member == "execution" for member in path):
        where = OWN
    else:
        raise Unreadable(f"whose variables {member} means cannot be told")
    inner: set[Read] = set()
    _walk(rest, inner, writes)
    if member in _GETS:
        reads |= inner | {Read(where, name)}
    elif where == CALLER:
        raise Unreadable("it sets variables of the calling process")
    else:
        base = "execution" if path else base
        writes.append(Write(where, name, member.endswith("Local"), base, frozenset(inner)))


def _closing(tokens: list[str], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index] in "([") - (tokens[index] in ")]")
        if depth == 0:
            return index
    raise Unreadable("a bracket is not closed")
