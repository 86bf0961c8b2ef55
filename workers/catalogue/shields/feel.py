"""Which variables a FEEL expression reads."""

from __future__ import annotations

import re
from functools import cache

from workers.catalogue.shields.expressions import Unreadable

_BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.S)
_TOKEN = re.compile(
    r"""(@?"(?:\\.|[^"\\])*"|`[^`]*`|[^\W\d]\w*|\d+(?:\.\d+)?|\.\.|\*\*|[<>!]=|[-+*/<>=?:.,()\[\]{}])"""
)
_FUNCTIONS = re.compile(
    r"\b(?:date and time|years and months duration|get or else|get entries|get value|list contains|"
    r"(?:day|week|month) of (?:year|week)|index of|distinct values|insert before|list replace|"
    r"string length|string join|string from|upper case|lower case|(?:substring|starts|ends) "
    r"\w+|context (?:put|merge)|"
    r"is defined|is empty|is blank|overlaps? \w+|met by|started by|finished by|two way|last day of month|"
    r"random number|round \w+ ?\w*)(?=\s*\()"
)
_WORDS = {
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "not",
    "null",
    "true",
    "false",
    "between",
    "function",
    "external",
}
_BINDING = {"for", "some", "every", "function", "return", "satisfies", "if", "then", "else"}
_OPEN, _CLOSE = "([{", ")]}"


@cache
def feel(text: str) -> frozenset[str]:
    """The names that are looked up outside the expression: not what it binds itself, keys and functions."""
    return frozenset(_Reader(text).names)


class _Reader:
    """Walks the tokens with a stack of what is open: brackets, `if`s, names that `for` or `some` bind."""

    def __init__(self, text: str):
        self.tokens = _tokens(text)
        self.names: set[str] = set()
        self.keys = {"item"}
        self.stack: list[tuple[str, set[str]]] = []
        self.fields: list[str] = []  # of each open context, the key whose value is being read
        self.at = 0
        while self.at < len(self.tokens):
            self._next()
        if any(mark in _OPEN for mark, _ in self.stack):
            raise Unreadable(f"{text!r} has an open bracket")

    def _peek(self, ahead: int) -> str:
        return self.tokens[self.at + ahead] if 0 <= self.at + ahead < len(self.tokens) else ""

    def _next(self) -> None:
        token = self._peek(0)
        if token in _OPEN:
            self._open(token)
        elif token in _CLOSE:
            self._close(_OPEN)
        elif token == ",":
            self._drop({"return", "satisfies"})
        elif token in _BINDING:
            self._keyword(token)
        else:
            self._word(token, self._peek(-1), self._peek(1))
        self.at += 1

    def _open(self, token: str) -> None:
        """A bracket behind a value filters it, and knows its keys."""
        before = self._peek(-1)
        value = before in _CLOSE or before[:1] in '"`' or (_is_name(before) and before not in _WORDS)
        filters = token == "[" and bool(before) and value
        self.stack.append((token, set(self.keys) if filters else set()))
        self.fields += [""] * (token == "{")

    def _keyword(self, token: str) -> None:
        if token in ("return", "satisfies"):
            self._body(token)
        elif token == "if":
            self.stack.append(("if", set()))
        elif token in ("then", "else"):
            self._branch(token)
        else:
            self._bind(token)

    def _word(self, token: str, before: str, after: str) -> None:
        if token == "of" and before == "instance":
            self._type()
        elif token[0] in '"@' and after == ":" and self._in_context():
            self._key(token.strip('"'))
        elif _is_name(token) and before != "." and token not in _WORDS and token != "instance":
            self._name(token, after)

    def _in_context(self) -> bool:
        return next((mark for mark, _ in reversed(self.stack) if mark in _OPEN), "") == "{"

    def _key(self, name: str) -> None:
        """A key is known to what comes after its value, and to filters of the context."""
        self._drop({"return", "satisfies"})
        self._known()
        self.fields[-1] = name

    def _known(self) -> None:
        if self.fields[-1]:
            self.keys.add(self.fields[-1])
            next(bound for mark, bound in reversed(self.stack) if mark == "{").add(self.fields[-1])

    def _name(self, token: str, after: str) -> None:
        if after == "(":
            return
        name = token.strip("`")
        if after == ":":
            if self._in_context():
                self._key(name)
            return
        if _is_name(after) and after not in _WORDS and after != "instance":
            raise Unreadable(f"what {name} {after} means cannot be told")
        if not any(name in bound for _, bound in self.stack):
            self.names.add(name)

    def _bind(self, token: str) -> None:
        if token == "function":
            end = self.tokens.index(")", self.at)
            self.stack.append(("satisfies", {name for name in self.tokens[self.at : end] if _is_name(name)}))
            self.at = end
            return
        self.stack.append(("binding", {self._peek(1)}))
        self.at += 1
        if self._peek(1) != "in":
            raise Unreadable(f"no name stands after {token}")

    def _body(self, token: str) -> None:
        while self.stack and self.stack[-1][0] not in ("binding", *_OPEN):
            self.stack.pop()
        if not self.stack or self.stack[-1][0] != "binding":
            raise Unreadable(f"{token} stands alone")
        self.stack[-1] = (token, self.stack[-1][1])

    def _branch(self, token: str) -> None:
        while self.stack and self.stack[-1][0] not in ("if", *_OPEN):
            self.stack.pop()
        if not self.stack or self.stack[-1][0] != "if":
            raise Unreadable(f"{token} stands alone")
        if token == "else":
            self.stack.pop()

    def _drop(self, marks: set[str]) -> None:
        while self.stack and self.stack[-1][0] in marks:
            self.stack.pop()
        following = self._peek(2) == "in"
        if self.stack and self.stack[-1][0] == "binding" and self._peek(0) == "," and following:
            self.stack[-1][1].add(self._peek(1))
            self.at += 1

    def _close(self, opening: str) -> None:
        while self.stack and self.stack[-1][0] not in opening:
            self.stack.pop()
        if not self.stack:
            raise Unreadable("a bracket is closed that was not opened")
        if self.stack[-1][0] == "{":
            self._known()
            self.fields.pop()
        self.stack.pop()

    def _type(self) -> None:
        """Skip the type after `instance of`."""
        self.at += 1
        if self._peek(1) == "<":
            while self._peek(0) and self._peek(0) != ">":
                self.at += 1


def _is_name(token: str) -> bool:
    return bool(token) and (token[0].isalpha() or token[0] in "_`")


def _past_blanks(text: str, at: int) -> int:
    blanks = _BLANK.match(text, at)
    return blanks.end() if blanks else at


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = _past_blanks(text, 0)
    while at < len(text):
        match = _FUNCTIONS.match(text, at) or _TOKEN.match(text, at)
        if not match:
            raise Unreadable(f"{text[at : at + 20]!r} is no FEEL that the check knows")
        tokens.append(match.group().replace(" ", "_") if match.re is _FUNCTIONS else match.group())
        at = _past_blanks(text, match.end())
    return tokens
