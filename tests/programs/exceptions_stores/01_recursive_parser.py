class Parser:
    def __init__(self, text):
        self.text = text
        self.at = 0
        self.seen = []

    def value(self):
        if self.at >= len(self.text):
            raise ValueError("end of text")
        c = self.text[self.at]
        self.at += 1
        self.seen.append(c)
        if c == "(":
            total = 0
            while self.text[self.at] != ")":
                total += self.value()
            self.at += 1
            return total
        if not c.isdigit():
            raise ValueError(f"unexpected {c!r} at {self.at - 1}")
        return int(c)


for text in ["7", "(12(34))", "(1x)", "", "(1(2", "((9)(8)7)"]:
    p = Parser(text)
    try:
        print(text, p.value(), p.at, p.seen)
    except ValueError as e:
        print(text, "ValueError", e, p.at, p.seen)
    except IndexError as e:
        print(text, "IndexError", e, p.at, p.seen)
