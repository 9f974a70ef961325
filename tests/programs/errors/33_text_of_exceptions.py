# __str__ of exceptions; texts of what is caught by the class above.
class E1(Exception):
    pass
class E2(E1):
    pass
errs = []
for k in range(4):
    try:
        if k % 2:
            raise E2("odd", k)
        raise E1(k)
    except E1 as e:
        errs.append(str(e))
        errs.append(type(e).__name__)
print(errs)
try:
    raise E2
except E1 as e:
    print(repr(e), str(e) == "", isinstance(e, E2))
try:
    raise E1("x") 
except BaseException as e:
    print(repr(e))

class E1(Exception):
    def __init__(self, line, msg):
        super().__init__(line, msg)
        self.line = line
        self.msg = msg
    def __str__(self):
        return f"line {self.line}: {self.msg}"
try:
    raise E1(3, "bad")
except E1 as e:
    print(e, e.line)
    print(repr(e))
raise E1(4, "worse")
