# A property without a setter.
class T:
    @property
    def f(self):
        return 1
t = T()
t.f = 3
