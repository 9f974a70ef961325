"""A recursive-descent calculator: tokens, precedence, variables, functions."""
import math


class ParseError(Exception):
    pass


def tokenize(text):
    tokens = []
    i = 0
    while i < len(text):
        c = text[i]
        if c.isspace():
            i += 1
        elif c.isdigit() or c == ".":
            start = i
            while i < len(text) and (text[i].isdigit() or text[i] == "."):
                i += 1
            tokens.append(("num", text[start:i]))
        elif c.isalpha() or c == "_":
            start = i
            while i < len(text) and (text[i].isalnum() or text[i] == "_"):
                i += 1
            tokens.append(("name", text[start:i]))
        elif c in "+-*/^(),=":
            tokens.append(("op", c))
            i += 1
        else:
            raise ParseError(f"unexpected character {c!r} at {i}")
    tokens.append(("end", ""))
    return tokens


FUNCTIONS = {"sqrt": math.sqrt, "abs": abs, "floor": math.floor}


class Parser:
    def __init__(self, text, variables):
        self.tokens = tokenize(text)
        self.pos = 0
        self.variables = variables

    @property
    def current(self):
        return self.tokens[self.pos]

    def accept(self, value):
        kind, text = self.current
        if kind == "op" and text == value:
            self.pos += 1
            return True
        return False

    def expect(self, value):
        if not self.accept(value):
            raise ParseError(f"expected {value!r}, found {self.current[1]!r}")

    def statement(self):
        if self.current[0] == "name" and self.tokens[self.pos + 1] == ("op", "="):
            name = self.current[1]
            self.pos += 2
            value = self.expression()
            self.variables[name] = value
        else:
            value = self.expression()
        if self.current[0] != "end":
            raise ParseError(f"trailing input {self.current[1]!r}")
        return value

    def expression(self):
        value = self.term()
        while True:
            if self.accept("+"):
                value += self.term()
            elif self.accept("-"):
                value -= self.term()
            else:
                return value

    def term(self):
        value = self.unary()
        while True:
            if self.accept("*"):
                value *= self.unary()
            elif self.accept("/"):
                value /= self.unary()
            else:
                return value

    def unary(self):
        if self.accept("-"):
            return -self.unary()
        return self.power()

    def power(self):
        base = self.atom()
        if self.accept("^"):
            return base ** self.unary()
        return base

    def atom(self):
        kind, text = self.current
        self.pos += 1
        if kind == "num":
            return float(text)
        if kind == "name":
            if self.accept("("):
                argument = self.expression()
                self.expect(")")
                return FUNCTIONS[text](argument)
            if text not in self.variables:
                raise ParseError(f"unknown variable {text!r}")
            return self.variables[text]
        if (kind, text) == ("op", "("):
            value = self.expression()
            self.expect(")")
            return value
        raise ParseError(f"unexpected {text or 'end of input'!r}")


variables = {"pi": 3.14159}
for line in ["1 + 2 * 3", "(1 + 2) * 3", "-2 ^ 2", "2 ^ 3 ^ 2", "x = 4 / (1 + 1)", "y = x * pi",
             "sqrt(x + 2) + abs(-3)", "x + z", "1 / 0", "3 $ 4", "2 * (3 + 4", "7 8", "floor(2.75) * y"]:
    try:
        print(f"{line:<24} = {Parser(line, variables).statement():g}")
    except ParseError as e:
        print(f"{line:<24} ! {e}")
    except ZeroDivisionError:
        print(f"{line:<24} ! division by zero")
for name in sorted(variables):
    print(name, "->", round(variables[name], 4))
